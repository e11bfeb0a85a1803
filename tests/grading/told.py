"""Asks a kernel to run a cell."""


def told(kernel, cell):
    """Return what a cell prints."""
    asked, text = kernel.execute_cell_input(cell, allow_stdin=False), ""
    kernel.await_reply(asked)
    while True:
        message = kernel.get_message("iopub")
        text += message["content"].get("text", "")
        if message["content"].get("execution_state") == "idle":
            return text

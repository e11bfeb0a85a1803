"""Ends a kernel whose messages fill the memory of the process that reads them."""

import threading

LOOK = 0.05  # seconds between two looks
MORE = 512 << 20  # bytes that this process may grow by while it listens to one kernel


class MemoryWatch:
    """Looks at this process's memory from a thread, since ZeroMQ reads in one of its own.

    No option of ZeroMQ limits how many messages, or parts of one, wait to be read. end: called
    once, from the thread, when there are too many.
    """

    def __init__(self, end):
        import psutil

        self.end, self.flooded = end, False
        self.process = psutil.Process()
        self.limit = self.process.memory_info().rss + MORE
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def _look(self):
        while not self.over.wait(LOOK):
            if self.process.memory_info().rss > self.limit:
                self.flooded = True
                self.end()
                return

    def stop(self):
        """Look no more."""
        self.over.set()
        self.thread.join()

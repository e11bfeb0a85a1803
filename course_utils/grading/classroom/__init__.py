"""A class of submissions: found, graded by several workers, written into a gradebook."""

import sys

# jsonschema would build the grammar of web addresses, which takes longer than all else that is
# imported here together, and no notebook's schema asks for it.
if "rfc3987_syntax" not in sys.modules:
    sys.modules["rfc3987_syntax"] = None
    import nbformat  # noqa: F401

    del sys.modules["rfc3987_syntax"]

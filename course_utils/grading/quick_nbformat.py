"""nbformat, imported without the part that takes longest and that nothing here uses.

jsonschema reads a grammar of addresses (rfc3987_syntax) as soon as it is imported, which takes
longer than all the rest of the grader. Only a schema with the format "iri" needs it, and that of a
notebook has none. Import this module before anything else imports nbformat.
"""

import sys

GRAMMAR = "rfc3987_syntax"

_unread = GRAMMAR not in sys.modules
if _unread:
    sys.modules[GRAMMAR] = None  # to Python: not installed, which jsonschema expects
try:
    import nbformat
finally:
    if _unread:
        del sys.modules[GRAMMAR]

__all__ = ["nbformat"]

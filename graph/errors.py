"""The error tree: what went wrong, where, and whether trying again can help.

ClewError
├── Permanent            trying again with the same input fails again
│   ├── Refused          a whole file or request was not taken; nothing was committed
│   │   └── Usage        it was asked for in words that mean nothing here: an unknown format, a time zone that is none
│   ├── InvalidValue     a value that its type cannot read
│   ├── NotHeld          asked about something, or a time, that this directory does not hold
│   ├── Unavailable      a part that this needs is not there: a library, a model, a plug-in of a server
│   └── Corrupt          a hash, chain or count does not agree: run `clew check`
└── Transient            the same call may succeed later
    ├── Busy             another process holds the directory's lease
    ├── OutOfMemory      it needs more memory than there is: ask for less, or give it more
    ├── Replaced         a rebuild has put another store in this one's place: open it again
    └── Unreachable      a server this needs does not answer
"""

from __future__ import annotations


class ClewError(Exception):
    """Anything Clew raises on purpose. `code` is stable and goes to API clients as extensions.code."""

    code = "ERROR"

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message if not remedy else f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


class Permanent(ClewError):
    """Trying again with the same input fails again."""


class Refused(Permanent):
    """A whole file or request was not taken, and nothing of it was committed."""

    code = "REFUSED"


class Usage(Refused):
    """Asked for in words that mean nothing here; on the command line exit status 2, as for an unknown option."""


class InvalidValue(Permanent):
    """A value that its type cannot read: names the type, the value and what would be read."""

    code = "INVALID_VALUE"

    def __init__(self, type_name: str, value: object, expected: str) -> None:
        super().__init__(f"{type_name}: {value!r} is not {expected}.")
        self.type_name = type_name
        self.value = value


class NotHeld(Permanent):
    """Asked about something, or a time, that this data directory does not hold."""

    code = "NOT_HELD"


class Unavailable(Permanent):
    """A part that this needs is not there: a library, a model, a plug-in of a server."""

    code = "UNAVAILABLE"


class Corrupt(Permanent):
    """A hash, chain or count in the data directory does not agree with the rest."""

    code = "CORRUPT"


class Transient(ClewError):
    """The same call may succeed later."""


class Busy(Transient):
    """Another process holds the data directory's lease."""

    code = "BUSY"


class OutOfMemory(Transient):
    """It needs more memory than there is: ask for less, or give it more."""

    code = "OUT_OF_MEMORY"


class Replaced(Transient):
    """A rebuild has put another store in the place of the one that is open."""

    code = "REPLACED"


class Unreachable(Transient):
    """A server that this needs does not answer."""

    code = "UNREACHABLE"

"""Legal forms as companies write them, in English and Welsh, and the one word that each comes to.

Source: the forms that Companies Act 2006 ss. 58-59 and LLP Act 2000 sch. 1 allow at the end of a name.
"""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "LIMITED": "LTD",
    "CYFYNGEDIG": "LTD",
    "CYF": "LTD",
    "CCC": "PLC",
    "PAC": "LLP",
    "COMPANY": "CO",
    "CORPORATION": "CORP",
    "INCORPORATED": "INC",
    "UNLIMITED": "UNLTD",
    "ANGHYFYNGEDIG": "UNLTD",
}
"""One word -> its form. Applied after PHRASES."""

PHRASES: Final = {
    "PUBLIC LIMITED COMPANY": "PLC",
    "P L C": "PLC",
    "CWMNI CYFYNGEDIG CYHOEDDUS": "PLC",
    "LIMITED LIABILITY PARTNERSHIP": "LLP",
    "L L P": "LLP",
    "PARTNERIAETH ATEBOLRWYDD CYFYNGEDIG": "LLP",
    "LIMITED PARTNERSHIP": "LP",
    "COMMUNITY INTEREST COMPANY": "CIC",
    "CWMNI BUDDIANT CYMUNEDOL": "CIC",
    "LIMITED LIABILITY COMPANY": "LLC",
    "L L C": "LLC",
}
"""Several words, without punctuation -> the form."""

HINTS: Final = frozenset(
    {"PUBLIC", "P", "CYHOEDDUS", "LIABILITY", "L", "ATEBOLRWYDD", "PARTNERSHIP", "COMMUNITY", "BUDDIANT"}
)
"""Every phrase holds at least one of these; few names do, which spares them the search for phrases."""

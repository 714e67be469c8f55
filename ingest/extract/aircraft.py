"""Registrations of aircraft: with their hyphen, by the nationality marks of ICAO's Annex 7 that no words begin with; and
those of the United States, Japan and South Korea, which have none.

In capitals, but for British ones, which people write as they come. "N12345" and "N1AB" may be anything: they are found
behind a word that says what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.values import clean_or_none, postcode, registration
from ingest.extract.base import Found, Setting

_MARKS = (
    r"G-[A-Z]{4}|D-[A-Z]{4}|F-[BGHOPW][A-Z]{3}|(?:PH|OO|OE|HB|SP|LN|SE|OY|EC|CS|LX|TC|UR|LZ|YR|HA|OK|OM|EI|EJ|9H|9A|S5|ES|YL|LY|OH|TF|"
    r"T7|YU|Z3|4O|E7|ER|EW|UP|4X|4K|4L|EK|SU|CN|TS|7T|5A|A6|A7|A9C|HZ|OD|JY|AP|VT|VP|VQ|ZS|ZK|VH|XA|PP|PR|LV|CC|HK)-[A-Z]{3,4}|"
    r"C-[FGI][A-Z]{3}|M-[A-Z]{4}|I-[A-Z]{4}|RA-[0-9]{5}|B-[0-9]{4}|9V-[A-Z]{3}|HS-[A-Z]{3}|9M-[A-Z]{3}|(?:3B|3D|4R|5B|5H|5N|5R|5X|5Y|6V|6Y|7O|7P|7Q|8P|8Q|8R|9G|9H|9J|9K|9L|9N|9Q|9U|9Y|A2|A5|C2|"
    r"C5|C6|C9|D2|D4|D6|H4|J2|J6|J7|J8|P2|P4|S2|S7|S9|T8|V2|V3|V4|V5|V7|V8|Z8|EP|DQ|PK|XY)-[A-Z]{3}|A4O-[A-Z]{2,3}|RP-C[0-9]{2,4}|"
    r"VN-[ABC][0-9]{3}|(?:CP|OB|HK)-[0-9]{4}|(?:EX|EY|UK|UP)-[0-9]{5}|JA[0-9]{3}[0-9A-Z]|HL[0-9]{4}"
)
_FORM = re.compile(rf"(?<![\w@/.-])(?:{_MARKS}|g-[a-z]{{4}})(?![\w@/-])")
_AMERICAN = re.compile(
    r"(?<![\w@/.#£$€-])N[1-9][0-9A-HJ-NP-Z]{0,4}(?![\w@/-]|[ ][A-Z]{3}\b|[ ][0-9][A-Z]{2}\b)"
)
_SAID = re.compile(
    r"(?i:\b(?:aircraft|(?:aero|air)?plane|jet|heli(?:copter)?|chopper|tail|n-?number|cessna|piper|gulfstream|learjet|cirrus|"
    r"beech(?:craft)?|king air|citation|robinson|bell)s?(?: (?:no\.?|number|reg(?:istration)?|mark|is))*[ :]+(?:[0-9]{2,3} )?)$"
)
_COUNTED = re.compile(
    r"(?i:\b(?:order|part|ref(?:erence)?|serial|invoice|model|ticket|booking|room|flat|unit|code|item|sku|parcel|tracking|no|nos|nr|"
    r"number|bus|route)\b[ .:#]*)$"
)
_REACH = 32
"""Characters before an American mark in which words that say what it is are looked for."""
_WORDS = frozenset(
    {
        "G-UNIT",
        "G-STAR",
        "G-SUIT",
        "G-CLEF",
        "G-EAZY",
        "G-SPOT",
        "D-LINK",
        "G-FORC",
        "M-PESA",
        "D-DAYS",
        "D-DAYX",
        "I-BEAM",
        "I-PADS",
        "I-PODS",
        "I-MACS",
    }
)
"""What has the form of a mark and is something else."""
_VERBS = """ALSO BEEN CALL CAME CANT CARE DARE DOES DONT EVEN FEAR FEEL FELL FELT FIND GAVE GIVE GOES GONE GROW HATE HAVE HEAR HELD
    HELP HOLD HOPE HURT JUST KEEP KEPT KILL KISS KNEW KNOW LEFT LIED LIKE LIVE LOOK LOSE LOST LOVE MADE MAKE MEAN MEET
    MISS MOVE MUST NEED ONLY PLAY PRAY QUIT READ SAID SEEN SELL SEND SENT SHOW SING SOLD STAY SURE TAKE TALK TELL TOLD
    TOOK USED VOTE WAIT WALK WANT WENT WERE WILL WISH WONT WORK"""
_ENGLISH = frozenset(_VERBS.split())
"""Words that follow "I-" or "M-" in capitals ("I-LOVE", "M-WORK"): a mark only behind a word that says what it is."""


class AircraftMarks:
    name, version, rank = "aircraft", 3, 4
    hint = re.compile(r"[A-Za-z0-9]-[A-Za-z0-9]|N[1-9]|JA[0-9]|HL[0-9]")

    def find(self, text: str, around: Setting) -> Iterator[Found]:
        for match in _FORM.finditer(text):
            value = clean_or_none("registration", match[0])
            if value is None or value in _WORDS:
                continue
            said = _SAID.search(text[max(0, match.start() - _REACH) : match.start()]) is not None
            if said or value[2:] not in _ENGLISH or value[:2] not in ("I-", "M-", "D-"):
                yield _found(match, value, 0.85 if match[0].isupper() else 0.65)
        for match in _AMERICAN.finditer(text):
            before = text[max(0, match.start() - _REACH) : match.start()]
            said = _SAID.search(before) is not None
            # Bare: as long as postcode and flight number are not, with the letters that a count has not.
            bare = len(match[0]) >= 5 and match[0][-1].isalpha() and _COUNTED.search(before) is None
            if (said or bare) and registration.is_american(match[0]):
                # "N123AB" is a postcode written in one, too.
                sure = 0.85 if said else 0.6 if postcode.is_given(postcode.clean(match[0])) else 0.75
                yield _found(match, match[0], sure)


def _found(match: re.Match[str], value: str, sure: float) -> Found:
    key = f"registration:{value}"
    return Found(
        match.start(), match.end(), "Aircraft", value, {"registration": match[0]}, sure, (key,), (value,)
    )


FINDER = AircraftMarks()

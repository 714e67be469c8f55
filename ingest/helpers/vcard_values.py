"""What values of vCard properties mean: escapes, lists, dates, numbers and handles (formats.md 4.5)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import unquote

from graph.values import clean_or_none
from ingest.helpers.vcard_lines import Property

_ESCAPES: Final = {"n": "\n", "N": "\n", ",": ",", ";": ";", ":": ":", "\\": "\\", '"': '"'}
_SPLIT: Final = {mark: re.compile(rf"((?:\\.|[^{mark}\\])*)(?:{mark}|$)", re.DOTALL) for mark in ";,"}


def plain(text: str, version: str) -> str:
    """A text without its escapes. 2.1 has none for a line's end, and back-slashes that are meant."""
    if "\\" not in text:
        return text.strip()
    known = {k: v for k, v in _ESCAPES.items() if k not in "nN"} if version == "2.1" else _ESCAPES
    return re.sub(r"\\(.)", lambda m: known.get(m[1], m[0]), text, flags=re.DOTALL).strip()


def parts(text: str, version: str, mark: str = ";") -> list[str]:
    """The components of a text, without escapes."""
    pieces = [m[1] for m in _SPLIT[mark].finditer(text)]
    if len(pieces) > 1 and not pieces[-1] and not text.endswith(mark):
        pieces.pop()
    return [plain(piece, version) for piece in pieces]


def listed(text: str, version: str) -> str:
    """One component that may be a list from 3.0 on ("Quinlan,Paul"): its items with a space between."""
    return text if version == "2.1" else " ".join(part for part in parts(text, version, ",") if part)


def components(text: str, version: str) -> list[str]:
    """The components of a name or an address, lists inside them joined."""
    pieces = [m[1] for m in _SPLIT[";"].finditer(text)]
    return [plain(listed(piece, version) if "," in piece else piece, version) for piece in pieces]


class Name(NamedTuple):
    """The components of N; "" where there is none."""

    family: str
    given: str
    additional: str
    prefix: str
    suffix: str

    @property
    def forenames(self) -> str:
        return _words(self.given, self.additional)

    @property
    def bare(self) -> str:
        """Given, additional and family, without what stands before and behind a name."""
        return _words(self.given, self.additional, self.family)

    @property
    def whole(self) -> str:
        """Prefix, given, additional, family and suffix in the order they are said."""
        return _words(self.prefix, self.given, self.additional, self.family, self.suffix)


def name_of(text: str, version: str) -> Name:
    """The components of an N property, too few or too many of them told apart no further."""
    pieces = [*components(text, version), "", "", "", "", ""]
    return Name(*pieces[:5])


def _words(*pieces: str) -> str:
    return " ".join(piece for piece in pieces if piece)


class Day(NamedTuple):
    """A date as far as it is told. date: ISO text for a cleaner, "" without a year; of_year: "MM-DD" or "MM" then."""

    date: str
    of_year: str


_FULL = re.compile(r"([0-9]{4})(?:-?([0-9]{2})(?:-?([0-9]{2}))?)?(?:[T ].*)?")
_NO_YEAR = re.compile(r"--([0-9]{2})(?:-?([0-9]{2}))?(?:[T ].*)?")


def day_of(found: Property) -> Day:
    """A date in any version's notation: 1996-04-15, 19960415, 1996-04, 1996, --0415, a time behind it left off.

    What is none of these goes on as it stands, for its cleaner to flag."""
    text = found.value.strip()
    if match := _NO_YEAR.fullmatch(text):
        return Day("", "-".join(part for part in match.groups() if part))
    match = _FULL.fullmatch(text)
    if match is None:
        return Day(text, "")
    # Apple writes a year that means none, and says so in a parameter.
    if match[1] in found.params.get("X-APPLE-OMIT-YEAR", ()):
        return Day("", f"{match[2]}-{match[3]}")
    return Day("-".join(part for part in match.groups() if part), "")


_SEVERAL = re.compile(r"\s*(?:[/,;|]|\bor\b|\band\b|&)\s*")


def tel_of(found: Property, version: str) -> list[str]:
    """The numbers of a TEL: its value, and WhatsApp's own (waid) where the value is written another way.

    Of a tel: URI's parameters a phone-context is the number's own beginning; an extension is the link's (vcard_reach.py).
    A value of several numbers, "07700 900123 / 07700 900124", is all of them."""
    text = plain(found.value, version)
    if text.lower().startswith("tel:"):
        number, _, rest = text[4:].partition(";")
        context = re.search(r"phone-context=(\+[0-9]+)", rest)
        text = f"{context[1]}{number}" if context and not number.startswith("+") else number
        text = unquote(text)
    numbers = [text] if text else []
    if clean_or_none("phone", text) is None and (several := _SEVERAL.split(text))[1:]:
        numbers = several if all(clean_or_none("phone", each) for each in several) else numbers
    return numbers + [f"+{waid}" for waid in found.params.get("WAID", ()) if waid.isdigit()]


HANDLES: Final = {
    "X-AIM": "aim", "X-DISCORD": "discord", "X-FACEBOOK": "facebook", "X-GADUGADU": "gadu-gadu",
    "X-GOOGLE-TALK": "google-talk", "X-GROUPWISE": "groupwise", "X-GTALK": "google-talk", "X-ICQ": "icq",
    "X-INSTAGRAM": "instagram", "X-JABBER": "xmpp", "X-LINKEDIN": "linkedin", "X-MS-IMADDRESS": "im",
    "X-MSN": "msn", "X-QQ": "qq", "X-SIGNAL": "signal", "X-SKYPE": "skype", "X-SKYPE-USERNAME": "skype",
    "X-SNAPCHAT": "snapchat", "X-TELEGRAM": "telegram", "X-TWITTER": "twitter", "X-WECHAT": "wechat",
    "X-YAHOO": "yahoo",
}  # fmt: skip
"""Property -> the platform on which its value is a handle."""

_URI = re.compile(r"([a-z][a-z0-9+.-]*):(?!//)(.+)", re.IGNORECASE | re.DOTALL)
_NOT_PLATFORMS = frozenset({"home", "work", "other", "pref", "internet", "personal", "x-apple"})


def handle_of(found: Property, version: str) -> tuple[str, str]:
    """(platform, handle) of a property of HANDLES, an IMPP or a social profile; "" where it does not tell one."""
    text = plain(found.value, version)
    if found.name in HANDLES:
        return HANDLES[found.name], text
    stated = [*found.params.get("X-SERVICE-TYPE", ()), *found.params.get("SERVICE-TYPE", ())]
    stated += [kind for kind in found.types() if kind not in _NOT_PLATFORMS]
    platform = stated[0] if stated else ""
    match = _URI.fullmatch(text)
    if match:
        scheme = match[1].lower()
        platform = platform or ("" if scheme in _NOT_PLATFORMS else scheme)
        text = re.sub(r"^goim\?screenname=|\?.*$", "", unquote(match[2]))
    user = [*found.params.get("X-USER", ()), *found.params.get("USERNAME", ())]
    if user:
        return platform, user[0]
    if "://" in text:
        # A profile's page ends with whose it is.
        text = text.split("?", 1)[0].rstrip("/").rpartition("/")[2]
    return platform, text


_RELATIONS: Final = (
    "assistant", "brother", "child", "domestic partner", "father", "friend", "manager", "mother", "parent", "partner",
    "referred by", "relative", "sister", "spouse",
)  # fmt: skip
_EVENTS: Final = ("anniversary", "other", "birthday")


class Custom(NamedTuple):
    """An X-ANDROID-CUSTOM property. item: "nickname", "relation", "contact_event", or another program's. type: in words."""

    item: str
    value: str
    type: str


def custom_of(found: Property, version: str) -> Custom:
    """What Android writes where vCard has no property: type of content; value; number of a type, from 1; own type."""
    kind, value, number, own = [*components(found.value, version), "", "", ""][:4]
    item = kind.rpartition("/")[2]
    known = {"relation": _RELATIONS, "contact_event": _EVENTS}.get(item, ())
    index = int(number) if number.isdecimal() else 0
    return Custom(item, value, known[index - 1] if 0 < index <= len(known) else own.lower())


_APPLE = re.compile(r"_\$!<(.*)>!\$_", re.DOTALL)


def label_of(text: str) -> str:
    """A label in lower case; Apple's own are in brackets ("_$!<Mobile>!$_" -> "mobile")."""
    match = _APPLE.fullmatch(text.strip())
    return " ".join((match[1] if match else text).lower().split())


_GEO = re.compile(r"(?:geo:)?\s*(-?[0-9.]+)\s*[,;]\s*(-?[0-9.]+).*", re.IGNORECASE | re.DOTALL)


def point_of(text: str) -> str:
    """ "latitude,longitude" of a GEO in any version's notation; what is none goes on, to be flagged."""
    match = _GEO.fullmatch(text.strip())
    return f"{match[1]},{match[2]}" if match else text

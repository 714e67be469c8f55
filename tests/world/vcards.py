"""vCards as telephones and programs write them: 2.1 of Android, 3.0 of an iPhone or a chat share, 4.0."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from .addresses import Address
from .saved_as import Saved

DIALECTS: Final = ("2.1", "3.0", "share", "4.0")
_SHARP: Final = b"/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUV"


@dataclass(frozen=True, slots=True)
class Birthday:
    """A birth date as a card holds it: whole, without its year, or without its day."""

    day: date
    without: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One card. phones: (CELL, WORK or HOME, the number as written). uid is used where a dialect writes one."""

    name: Saved
    uid: str
    organisation: bool = False
    phones: list[tuple[str, str]] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    born: Birthday | None = None
    org: str = ""
    title: str = ""
    address: Address | None = None
    note: str = ""
    gender: str = ""
    photo: bool = False


def write(card: Card, dialect: str) -> str:
    """The card's lines, each ended by CR LF."""
    lines = {"2.1": _two, "3.0": _apple, "share": _share, "4.0": _four}[dialect](card)
    return "".join(line + "\r\n" for line in ("BEGIN:VCARD", *lines, "END:VCARD"))


def group(name: str, uids: list[str]) -> str:
    """A group of 4.0, which names cards and is nobody."""
    lines = (
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:group",
        f"FN:{name}",
        *(f"MEMBER:urn:uuid:{uid}" for uid in uids),
    )
    return "".join(line + "\r\n" for line in (*lines, "END:VCARD"))


def _two(card: Card) -> list[str]:
    name = card.name
    lines = ["VERSION:2.1"]
    if name.shown:
        lines.append(_quoted("N", ";".join((name.family, name.given, name.middle, name.prefix, ""))))
        lines.append(_quoted("FN", name.shown))
    for place, (kind, number) in enumerate(card.phones):
        lines.append(f"TEL;{kind}{';PREF' if place == 0 else ''}:{number}")
    lines += [f"EMAIL;{'HOME' if place else 'PREF'}:{address}" for place, address in enumerate(card.emails)]
    if card.address:
        lines.append(_quoted("ADR;HOME", ";".join(_places(card.address))))
    if card.org:
        lines.append(_quoted("ORG", card.org))
    if card.title:
        lines.append(_quoted("TITLE", card.title))
    if card.born and not card.born.without:
        lines.append(f"BDAY:{card.born.day:%Y-%m-%d}")
    elif card.born:
        lines.append(f"BDAY:{_partial(card.born)}")
    if name.nickname:
        lines.append(
            _quoted("X-ANDROID-CUSTOM", f"vnd.android.cursor.item/nickname;{name.nickname};1;;;;;;;;;;;;;")
        )
    if card.note:
        lines.append(_quoted("NOTE", card.note))
    if card.photo:
        data = _SHARP.decode()
        lines += [
            f"PHOTO;ENCODING=BASE64;JPEG:{data[:40]}",
            *(f" {data[at : at + 72]}" for at in range(40, len(data), 72)),
            "",
        ]
    return lines


def _apple(card: Card) -> list[str]:
    name = card.name
    lines = ["VERSION:3.0", "PRODID:-//Example Inc.//Phone OS 17.5.1//EN"]
    parts = (name.family, name.given, name.middle, name.prefix, "")
    lines += ["N:" + ";".join(map(_escaped, parts)), f"FN:{_escaped(name.shown or card.org)}"]
    if name.nickname:
        lines.append(f"NICKNAME:{_escaped(name.nickname)}")
    if card.org:
        lines.append(f"ORG:{_escaped(card.org)};")
    if card.title:
        lines.append(f"TITLE:{_escaped(card.title)}")
    item = 0
    for address in card.emails:
        lines.append(f"EMAIL;type=INTERNET;type=HOME;type=pref:{address}")
    for place, (kind, number) in enumerate(card.phones):
        if kind == "WORK":
            item += 1
            lines += [f"item{item}.TEL:{number}", f"item{item}.X-ABLabel:_$!<Work>!$_"]
        else:
            lines.append(f"TEL;type={kind};type=VOICE{';type=pref' if place == 0 else ''}:{number}")
    if card.address:
        item += 1
        shown = ";".join(map(_escaped, _places(card.address)))
        lines += [f"item{item}.ADR;type=HOME;type=pref:{shown}", f"item{item}.X-ABADR:gb"]
    if card.born and card.born.without == "year":
        lines.append(f"BDAY;X-APPLE-OMIT-YEAR=1604:1604-{card.born.day:%m-%d}")
    elif card.born:
        lines.append(f"BDAY:{_partial(card.born) if card.born.without else card.born.day.isoformat()}")
    if card.note:
        lines.append(f"NOTE:{_escaped(card.note)}")
    if card.organisation:
        lines.append("X-ABShowAs:COMPANY")
    return [part for line in lines for part in _folded(line)]


def _share(card: Card) -> list[str]:
    """A contact that was sent in a chat: little more than a name and a number."""
    name = card.name
    lines = [
        "VERSION:3.0",
        f"N:{_escaped(name.family)};{_escaped(name.given)};;;",
        f"FN:{_escaped(name.shown)}",
    ]
    if card.org:
        lines.append(f"ORG:{_escaped(card.org)};")
    for place, (kind, number) in enumerate(card.phones):
        digits = "".join(filter(str.isdigit, number))
        waid = "44" + digits.removeprefix("0044").removeprefix("44").removeprefix("0")
        lines += [f"item{place + 1}.TEL;waid={waid}:{number}", f"item{place + 1}.X-ABLabel:{kind.title()}"]
    lines += [f"EMAIL;TYPE=INTERNET:{address}" for address in card.emails]
    if card.address:
        lines.append("ADR;TYPE=HOME:" + ";".join(map(_escaped, _places(card.address))))
    if card.born:
        lines.append(f"BDAY:{_partial(card.born) if card.born.without else card.born.day.isoformat()}")
    return [part for line in lines for part in _folded(line)]


def _four(card: Card) -> list[str]:
    name = card.name
    lines = [
        "VERSION:4.0",
        f"KIND:{'org' if card.organisation else 'individual'}",
        f"UID:urn:uuid:{card.uid}",
    ]
    lines.append(f"FN:{_escaped(name.shown or card.org)}")
    if not card.organisation:
        lines.append("N:" + ";".join(map(_escaped, (name.family, name.given, name.middle, name.prefix, ""))))
    if name.nickname:
        lines.append(f"NICKNAME:{_escaped(name.nickname)}")
    if card.gender:
        lines.append(f"GENDER:{card.gender}")
    for place, (kind, number) in enumerate(card.phones):
        digits = number.replace(" (0)", "").replace("(0)", "").replace(" ", "").replace("-", "")
        digits = f"+{digits[2:]}" if digits.startswith("00") else digits
        pref = ";PREF=1" if place == 0 else ""
        # A number without its country is no URI; such cards hold it as text.
        if digits.startswith("+"):
            lines.append(f'TEL;VALUE=uri;TYPE="voice,{kind.lower()}"{pref}:tel:{digits}')
        else:
            lines.append(f"TEL;TYPE={kind.lower()}{pref}:{number}")
    lines += [f"EMAIL;TYPE=home:{address}" for address in card.emails]
    if card.address:
        lines.append("ADR;TYPE=home:" + ";".join(map(_escaped, _places(card.address))))
    if card.org:
        lines.append(f"ORG:{_escaped(card.org)}")
    if card.title:
        lines.append(f"TITLE:{_escaped(card.title)}")
    if card.born:
        lines.append(f"BDAY:{_partial(card.born) if card.born.without else card.born.day.strftime('%Y%m%d')}")
    if card.note:
        lines.append(f"NOTE:{_escaped(card.note)}")
    return [part for line in lines for part in _folded(line)]


def _places(at: Address) -> tuple[str, ...]:
    street = f"{at.premises} {at.line1}".strip()
    return ("", at.line2, street, at.locality, at.region, at.postcode, at.country)


def _partial(born: Birthday) -> str:
    return f"--{born.day:%m%d}" if born.without == "year" else f"{born.day:%Y-%m}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;").replace("\n", "\\n")


def _quoted(name: str, value: str) -> str:
    """A line of 2.1; with anything but plain ASCII as quoted-printable in UTF-8 with soft breaks."""
    if value.isascii() and "\n" not in value:
        return f"{name}:{value}"
    line = f"{name};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
    lines = []
    for byte in value.encode():
        piece = chr(byte) if 32 < byte < 127 and byte != 61 else f"={byte:02X}"
        if len(line) + len(piece) > 75:
            lines.append(line + "=")
            line = ""
        line += piece
    return "\r\n".join((*lines, line))


def _folded(line: str) -> list[str]:
    """The line in pieces of 75 octets at most, the later ones after a space; no character is cut."""
    pieces, piece = list[str](), ""
    for character in line:
        if len((piece + character).encode()) > 75:
            pieces.append(piece)
            piece = " "
        piece += character
    return [*pieces, piece]

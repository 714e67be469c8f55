"""Phone books: vCard 2.1, 3.0 and 4.0, one card or many in a file (formats.md 4.5), in the row form. One record a card.

Whose book it is stands in none: the owner is a Person mention in every record, one entity a book by a key that no
other book has. A book is what one owner has in one source, whichever file it is in, where a number or an address says
who that is. Of an unnamed owner, or one of whom a name is all, it is a file's name in a source that the analyst named;
in no named source it is just this file: telephones call every book contacts.vcf. A card's key is its book and its UID; without a UID, the name and the numbers that it holds:
its place in the file changes with every export. Cards of one key are told apart by their order.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from graph.errors import Refused
from graph.ontology import ontology
from graph.values import clean_or_none
from graph.values.folding import tidy
from ingest.describe import Description, properties_of
from ingest.format import Input, Reading, Sink
from ingest.helpers.observed import observed, stated
from ingest.helpers.owner import Owner, owner_of
from ingest.helpers.vcard_contact import Refer, describe_contact
from ingest.helpers.vcard_lines import LONGEST, Card, Stray, cards
from ingest.helpers.vcard_values import plain, tel_of

_MARKS = frozenset(r"\.+*?()|[]{}^$-/#&~ ")
_NAMES = ("FN", "N", "NICKNAME", "ORG")
_SAYING_WHO = frozenset((*_NAMES, "UID", "EMAIL"))
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class VCard:
    """Phone books, as telephones, mail programs and messengers export them."""

    name = "vcard"
    title = "Phone books (vCard 2.1, 3.0, 4.0)"

    def sniff(self, head: bytes, name: str) -> bool:
        """By its first line, BEGIN:VCARD in any case, after blank lines and a byte order mark."""
        text = head[:1024].decode("utf-16" if head[:2] in _UTF16 else "utf-8-sig", "ignore")
        return text.lstrip().upper().replace(" ", "").startswith("BEGIN:VCARD")

    def read(self, file: Input, sink: Sink) -> Reading:
        """See ingest.format.Format. observed_at: the day in the file's name, else the clock."""
        when, basis = observed(file)
        book = _Book(file, Description(sink, when))
        for found in cards(_lines(file)):
            book.tell(found)
        book.out.flush()
        sink.progress(file.path.stat().st_size)
        out = book.out
        if not out.kept and not out.rejected:
            raise Refused(f"{file.name}: holds no card.", remedy="Is it another kind of file?")
        snapshot, notes = stated(file, out.rejected)
        return Reading(
            out.kept + out.rejected, out.rejected, 0, basis, snapshot, "withdrawn", out.leftovers,
            (*book.notes(), *notes), covers=book.covers,
        )  # fmt: skip


class _Book:
    """One phone book being told."""

    def __init__(self, file: Input, out: Description) -> None:
        self.out = out
        self._owner = owner_of(file.owner)
        self._name = (
            "/".join(part for part in (file.archive, file.name) if part and part != file.archive) or file.name
        )
        self._book = f"owner {self._owner.key}" if self._owner.key else self._name
        self._alone = not (file.named or self._owner.phones or self._owner.emails)
        if self._alone:
            with file.path.open("rb") as content:
                self._book += f" {hashlib.file_digest(content, 'sha256').hexdigest()[:16]}"
        self._key = ontology().identifiers["phone_book"].key(f"{file.source}/{self._book}")
        self._refer = _referring(file, f"{file.source}/{self._book}")
        self._seen: Counter[bytes] = Counter()
        self._number = 0
        self._guessed = self._broken = 0

    @property
    def covers(self) -> str:
        """Regex of the record keys of this book."""
        escaped = "".join(f"\\{c}" if c in _MARKS else c for c in f"{self._book}/")
        return f"^{escaped}"

    def tell(self, found: Card | Stray) -> None:
        """One card as a record, or a reject of it."""
        if isinstance(found, Stray):
            reason = "The text stands between cards, and belongs to none."
            self.out.reject(f"line {found.line}", "line", found.raw[:200], reason, found.raw)
            return
        self._number += 1
        locator = f"card {self._number}"
        if found.fault:
            self.out.reject(locator, "card", found.raw[:200], found.fault, found.raw)
            return
        self._guessed += any(each.guessed for each in found.properties)
        self._broken += found.broken
        left = self.out.leftovers.copy()
        self.out.record(self._record_key(found), locator, found.raw)
        contact = describe_contact(self.out, found, self._refer, "owner")
        if contact is None:
            self.out.undo()
            self.out.leftovers = left
            reason = "The card holds no name, and nothing by which anybody is reached."
            self.out.reject(locator, "card", found.raw[:200], reason, found.raw)
            return
        self._describe_owner()
        saved_as = contact.saved_as or None
        self.out.link("HAS_CONTACT", "owner", "contact", props={"saved_as": saved_as})

    def _describe_owner(self) -> None:
        owner = self._owner
        props = properties_of("Person")
        props.add("name", owner.name or None)
        named = bool(owner.name)
        caption = owner.name or next(iter((*owner.phones, *owner.emails)), f"owner of {self._name}")
        self.out.mention(
            "owner", "Person", authority=1 if named else 2, caption=caption, props=props,
            names=(owner.name,), keys=(self._key,),
        )  # fmt: skip
        if self.out.rec == 0:
            # Once a book is enough: its records share the owner.
            self._describe_reach(owner)

    def _describe_reach(self, owner: Owner) -> None:
        for kind, values in (("phone", owner.phones), ("email", owner.emails)):
            for number, raw in enumerate(values, start=1):
                props = properties_of(kind.capitalize())
                text = props.add(kind, raw) or raw
                slot = f"owner_{kind}_{number}"
                key = ontology().identifiers[kind].key(text)
                self.out.mention(
                    slot,
                    kind.capitalize(),
                    authority=1,
                    caption=text,
                    props=props,
                    names=(text,),
                    keys=(key,),
                )
                self.out.link(f"HAS_{kind.upper()}", "owner", slot)

    def _record_key(self, card: Card) -> str:
        version = card.version
        texts: dict[str, list[str]] = {}
        for found in card.properties:
            if found.name in _SAYING_WHO:
                texts.setdefault(found.name, []).append(plain(found.value, version))
        uid = next((text for text in texts.get("UID", ()) if text), "")
        if uid:
            inner = f"uid/{tidy(uid)}"
        else:
            named = next(
                (t for name in _NAMES for t in texts.get(name, ()) if t.strip("; ")),
                "",
            )
            numbers = [t for p in card.properties if p.name == "TEL" for t in tel_of(p, version)]
            told = {clean_or_none("phone", text) or tidy(text) for text in numbers}
            told |= {clean_or_none("email", text) or tidy(text) for text in texts.get("EMAIL", ())}
            inner = " ".join((tidy(named), *sorted(text for text in told if text)))
        key = f"{self._book}/{inner}"
        if len(key) > 400:
            key = f"{key[:300]} {hashlib.sha256(key.encode()).hexdigest()[:32]}"
        digest = hashlib.blake2b(key.encode(), digest_size=12).digest()
        self._seen[digest] += 1
        return key if self._seen[digest] == 1 else f"{key} #{self._seen[digest]}"

    def notes(self) -> list[str]:
        """What the counts do not say."""
        told = []
        if self._alone:
            told.append(
                "A book of its own, and another with the next export: name its source with --source, or its owner's "
                "number with --owner, to have that update it."
            )
        if self._guessed:
            what = "Cards with bytes that are not UTF-8, read as far as they are, or as Windows-1252"
            told.append(f"{what}: {self._guessed:,}.")
        if self._broken:
            what = "Lines that begin no property, taken as going on from the one before"
            told.append(f"{what}: {self._broken:,}.")
        return told


def _lines(file: Input) -> Iterator[bytes]:
    """The file's lines, whatever ends them, in bytes that are UTF-8 where the file is UTF-16."""
    wide = file.head[:2] in _UTF16
    # Latin-1 keeps bytes as they are, and lets Python find CR, LF and CRLF.
    try:
        with Path(file.path).open(encoding="utf-16" if wide else "latin-1") as text:
            # In pieces, of a line that is no line of text.
            for number, line in enumerate(iter(lambda: text.readline(LONGEST), "")):
                data = line.removesuffix("\n").encode("utf-8" if wide else "latin-1")
                yield data.removeprefix(b"\xef\xbb\xbf") if not number else data
    except UnicodeError as error:
        raise Refused(
            f"{file.name}: begins as UTF-16 and is none.", remedy="Get the whole file and ingest it again."
        ) from error


def _referring(file: Input, book: str) -> Refer:
    """What says under which key others refer to a card, within one book.

    Only cards that are referred to have such a key, and only where one card has that UID: a program that writes one UID
    into all its cards would else make them one person."""
    if not _refers(file):
        return lambda text: None
    wanted: set[str] = set()
    held: Counter[str] = Counter()
    for found in cards(_lines(file)):
        for each in found.properties if isinstance(found, Card) and not found.fault else ():
            if each.name == "UID":
                held[_uid(each.value)] += 1
            elif each.name in ("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER", "RELATED"):
                wanted.add(_uid(each.value))
    known = frozenset(uid for uid in wanted if held[uid] == 1)
    identifier = ontology().identifiers["contact_uid"]
    return lambda text: identifier.key(f"{book}/{_uid(text)}") if _uid(text) in known else None


def _refers(file: Input) -> bool:
    return any(b"MEMBER" in line.upper() or b"RELATED" in line.upper() for line in _lines(file))


def _uid(text: str) -> str:
    return text.strip().lower().removeprefix("urn:uuid:")


FORMAT = VCard()

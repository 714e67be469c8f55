"""One card of a phone book, told as a contact and all by which it is reached (formats.md 4.5).

What a card says is what somebody wrote down about somebody: mentions of authority 1, no facts. Without any name it is a
bare reference, authority 2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from graph.values.folding import bare, fold, tidy
from ingest.describe import Description, Properties, properties_of
from ingest.helpers.party import has_legal_form
from ingest.helpers.uk_address import describe_address
from ingest.helpers.vcard_lines import DATA, Card, Property, cards
from ingest.helpers.vcard_reach import describe_reach, describe_uri, link_props
from ingest.helpers.vcard_taking import Taking
from ingest.helpers.vcard_values import Name, components, custom_of, day_of, name_of, parts, plain, point_of

_IGNORED: Final = (
    *sorted(DATA),  # pictures, sounds and keys
    "VERSION", "PRODID", "PROFILE",  # about the file
    "CLASS", "MAILER", "SORT-STRING", "CLIENTPIDMAP", "XML", "SOURCE", "NAME", "X-ABADR", "X-ABUID", "X-IMAGETYPE",
    "X-IMAGEHASH", "X-EVOLUTION-FILE-AS", "X-COUCHDB-APPLICATION-ANNOTATIONS", "X-MS-OL-DESIGN",
    "X-MS-OL-DEFAULT-POSTAL-ADDRESS", "X-SHARED-PHOTO-DISPLAY-PREF",  # how a program sorts, shows and syncs it
    "FBURL", "CALURI", "CALADRURI", "X-EVOLUTION-VIDEO-URL",  # pages of a calendar server
)  # fmt: skip

_RELATED: Final = {
    "X-ABRELATEDNAMES": "related", "RELATED": "related", "X-SPOUSE": "spouse", "X-EVOLUTION-SPOUSE": "spouse",
    "X-KADDRESSBOOK-X-SPOUSESNAME": "spouse", "X-MS-SPOUSE": "spouse", "X-MANAGER": "manager",
    "X-EVOLUTION-MANAGER": "manager", "X-MS-MANAGER": "manager", "X-KADDRESSBOOK-X-MANAGERSNAME": "manager",
    "X-ASSISTANT": "assistant", "X-EVOLUTION-ASSISTANT": "assistant", "X-MS-ASSISTANT": "assistant",
    "X-KADDRESSBOOK-X-ASSISTANTSNAME": "assistant", "X-CHILD": "child", "X-MS-CHILD": "child",
}  # fmt: skip
_ANNIVERSARIES: Final = (
    "ANNIVERSARY", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY", "X-MS-ANNIVERSARY", "X-KADDRESSBOOK-X-ANNIVERSARY"
)  # fmt: skip


class Contact:
    """What a card says of who it is for: kind, name as saved, and all it may be looked for by."""

    def __init__(self, taking: Taking) -> None:
        version = taking.version
        shown = taking.texts("FN")
        named = [name_of(found.value, version) for found in taking.take("N")]
        self.orgs = [
            [tidy(piece) for piece in components(found.value, version)] for found in taking.take("ORG")
        ]
        self.orgs = [pieces for pieces in self.orgs if any(pieces)]
        self.business = taking.texts("X-WA-BIZ-NAME")
        self.nicknames = [
            text
            for found in taking.take("NICKNAME", "X-NICKNAME")
            for text in parts(found.value, version, ",")
            if text
        ]
        custom = [(custom_of(found, version), found) for found in taking.take("X-ANDROID-CUSTOM")]
        self.nicknames += [c.value for c, _ in custom if c.item == "nickname" and c.value]
        self.relations = [(c.type or "related", c.value) for c, _ in custom if c.item == "relation"]
        self.events = [
            (c.type, replace(found, value=c.value)) for c, found in custom if c.item == "contact_event"
        ]
        self.name = next((n for n in named if tidy(n.whole)), Name("", "", "", "", ""))
        self.saved_as = next((text for text in map(tidy, (*shown, self.name.whole)) if text), "")
        self.names = _different([*(shown or [self.name.whole]), self.name.bare, *self.business])
        stated = {text.lower() for text in taking.texts("KIND", "X-ADDRESSBOOKSERVER-KIND")}
        as_company = "COMPANY" in [text.upper() for text in taking.texts("X-ABSHOWAS")]
        firm = self.orgs[0][0] if self.orgs else ""
        alike = firm and fold(self.saved_as) in ("", fold(firm)) and not self.name.whole
        self.group = "group" in stated
        self.organisation = bool(
            self.group or "org" in stated or as_company or alike or has_legal_form(self.saved_as)
        )
        if self.organisation:
            self.saved_as = self.saved_as or firm
            self.names = _different([*shown, firm, *self.business] if shown or firm else [self.name.whole])

    @property
    def kind(self) -> str:
        return "Organisation" if self.organisation else "Person"

    @property
    def caption(self) -> str:
        return self.saved_as or next(iter((*self.names, *self.nicknames)), "")


def _different(texts: list[str]) -> list[str]:
    """The texts in order, without those whose words all stand in one before, in any order, case and accents."""
    found: list[str] = []
    held: list[frozenset[str]] = []
    for text in map(tidy, texts):
        words = frozenset(bare(text).split() or [text]) if text else frozenset()
        if words and not any(words <= before for before in held):
            found.append(text)
            held.append(words)
    return found


Refer = Callable[[str], str | None]
"""A card's UID or address -> the key under which others of its book refer to it, None where none does."""


def describe_contact(
    out: Description, card: Card, refer: Refer, author: str | None = None, prefix: str = ""
) -> Contact | None:
    """A contact's mention in slot "<prefix>contact", and what it is reached by and linked to; its notes as texts.

    author: the slot of who wrote the notes. None for a card that says nothing at all, of which nothing is told."""
    taking = Taking(card)
    agents = [*card.agents, *_written_out(taking)]
    taking.take(*_IGNORED)
    contact = Contact(taking)
    slot = f"{prefix}contact"
    reached = describe_reach(out, taking, slot, prefix)
    props = properties_of(contact.kind)
    keys = [refer(text) for text in taking.texts("UID")]
    notes = taking.texts("NOTE", "X-WA-BIZ-DESCRIPTION")
    linked = _describe_work(out, taking, contact, slot, prefix, props)
    linked += _describe_addresses(out, taking, slot, prefix)
    linked += _describe_others(out, taking, contact, slot, prefix, refer)
    _tell(taking, contact, props, notes)
    out.leftovers.update(taking.leftovers())
    if not (contact.caption or reached or props.values or linked or agents):
        return None
    if any(found.guessed for found in card.properties):
        props.flag("card", "not_utf8")
    out.mention(
        slot,
        contact.kind,
        authority=1 if contact.caption else 2,
        caption=contact.caption or (reached[0] if reached else ""),
        props=props,
        names=(*contact.names, *contact.nicknames),
        keys=keys,
    )
    for number, text in enumerate(notes, start=1):
        out.text(f"{prefix}note{_nth(number)}", "note", text, author=author, room=slot)
    for number, agent in enumerate(agents, start=1):
        inner = f"{prefix}agent{_nth(number)}_"
        if describe_contact(out, agent, refer, author, inner):
            out.link("RELATED_TO", slot, f"{inner}contact", props={"type": "agent"})
    return contact


def _written_out(taking: Taking) -> Iterator[Card]:
    """The agents whose cards 3.0 writes as the text of one property."""
    for found in taking.take("AGENT"):
        lines = plain(found.value, taking.version).encode().splitlines()
        yield from (card for card in cards(lines) if isinstance(card, Card) and not card.fault)


def _nth(number: int) -> str:
    """What the slot of a second and later thing of a kind ends with."""
    return "" if number == 1 else f"_{number}"


def _tell(taking: Taking, contact: Contact, props: Properties, notes: list[str]) -> None:
    """The contact's own properties."""
    for text in contact.names:
        props.add("name", text)
    for text in contact.nicknames:
        props.add("nickname", text)
    if not contact.organisation:
        name = contact.name
        # Some telephones put a whole name where the family's belongs: it is not taken apart, and so no surname.
        if any(c.isalpha() for c in name.family) and (
            name.given or name.additional or " " not in name.family
        ):
            props.add("surname", name.family)
        props.add("forenames", name.forenames or None)
        props.add("title", name.prefix or None)
        props.add("honours", name.suffix or None)
    phonetic = [
        *taking.texts("X-PHONETIC-FIRST-NAME"), *taking.texts("X-PHONETIC-MIDDLE-NAME"),
        *taking.texts("X-PHONETIC-LAST-NAME"), *taking.texts("X-PHONETIC-ORG"),
    ]  # fmt: skip
    props.add("phonetic_name", " ".join(phonetic) or None)
    for found in taking.take("CATEGORIES", "X-CATEGORIES"):
        for text in parts(found.value, taking.version, ","):
            props.add("group", text or None)
    for text in notes:
        props.add("note", text)
    for text in taking.texts("GEO"):
        props.add("geo", point_of(text))
    for text in taking.texts("TZ"):
        props.add("time_zone", text)
    for text in taking.texts("LANG"):
        props.add("language", text)
    for text in taking.texts("REV"):
        props.add("revised", _moment(text))
    if contact.organisation:
        return
    for text in taking.texts("GENDER", "X-GENDER"):
        props.add("gender", text.partition(";")[0] or text)
    dates = [("birth_date", found) for found in taking.take("BDAY")]
    dates += [("death_date", found) for found in taking.take("DEATHDATE")]
    dates += [("anniversary", found) for found in taking.take(*_ANNIVERSARIES)]
    dates += [(taking.label(found), found) for found in taking.take("X-ABDATE")]
    dates += contact.events
    for what, found in dates:
        if not found.value.strip():
            continue
        day = day_of(found)
        what = "birth_date" if what == "birthday" else what
        if what not in ("birth_date", "death_date", "anniversary"):
            # A day that somebody gave a name of his own: kept, under it.
            props.flag("day", what or "other", found.value)
        elif day.of_year and what == "birth_date":
            props.add("birthday", day.of_year)
        elif day.of_year:
            props.flag(what, "no_year", found.value)
        else:
            props.add(what, day.date)


def _moment(text: str) -> str:
    """A time of basic notation (20120305T131933Z) as the value type reads it."""
    match = re.fullmatch(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})T([0-9]{2}):?([0-9]{2}):?([0-9]{2})(.*)", text)
    return "{}-{}-{}T{}:{}:{}{}".format(*match.groups()) if match else text


def _describe_work(
    out: Description, taking: Taking, contact: Contact, slot: str, prefix: str, props: Properties
) -> int:
    """Whom a person works for, and as what; a role without an employer is an occupation. Gives how many."""
    titles, roles = taking.texts("TITLE"), taking.texts("ROLE")
    if contact.organisation:
        return _describe_spokesman(out, contact, slot, prefix, titles, roles)
    for number, pieces in enumerate(contact.orgs, start=1):
        where = f"{prefix}organisation{_nth(number)}"
        firm = next(piece for piece in pieces if piece)
        own = properties_of("Organisation")
        own.add("name", firm)
        out.mention(where, "Organisation", authority=2, caption=firm, props=own, names=(firm,))
        department = ", ".join(piece for piece in pieces[1:] if piece) or None
        first = number == 1
        out.link("WORKS_FOR", slot, where, props=_office(titles * first, roles * first, department))
    told = 1 if contact.orgs else 0
    for text in (*titles[told:], *roles[told:]):
        props.add("occupation", text)
    return len(contact.orgs)


def _describe_spokesman(
    out: Description, contact: Contact, slot: str, prefix: str, titles: list[str], roles: list[str]
) -> int:
    """The person whose name stands in a firm's card."""
    name = contact.name.bare
    if not name or any(fold(name) == fold(text) for text in contact.names):
        return 0
    own = properties_of("Person")
    own.add("name", name)
    own.add("surname", contact.name.family or None)
    own.add("forenames", contact.name.forenames or None)
    out.mention(f"{prefix}person", "Person", authority=1, caption=name, props=own, names=(name,))
    out.link("WORKS_FOR", f"{prefix}person", slot, props=_office(titles, roles, None))
    return 1


def _office(titles: list[str], roles: list[str], department: str | None) -> dict[str, Any]:
    return {
        "title": titles[0] if titles else None,
        "occupation": roles[0] if roles else None,
        "department": department,
    }


_ADR: Final = ("po_box", "premises", "line_1", "locality", "region", "postcode", "country")


def _describe_addresses(out: Description, taking: Taking, slot: str, prefix: str) -> int:
    """The addresses, and how many; a LABEL prints one again, and stands for one where there is no other."""
    found = taking.take("ADR")
    printed = taking.take("LABEL")
    told: list[tuple[dict[str, str], Property]] = []
    for each in found:
        pieces = components(each.value, taking.version)
        told.append(({n: t for n, t in zip(_ADR, map(tidy, pieces), strict=False) if t}, each))
    if not any(given for given, _ in told):
        told = [({"line_1": tidy(plain(each.value, taking.version))}, each) for each in printed]
        told = [(given, each) for given, each in told if given["line_1"]]
    told = [(given, each) for given, each in told if given]
    for number, (given, each) in enumerate(told, start=1):
        where = f"{prefix}address{_nth(number)}"
        describe_address(out, given, where, "HAS_ADDRESS", slot, link_props(taking, [each]))
    return len(told)


def _describe_others(
    out: Description, taking: Taking, contact: Contact, slot: str, prefix: str, refer: Refer
) -> int:
    """Who else the card names, and how many: relatives and colleagues, and the members of a group."""
    others: list[tuple[str, str, Property | None]] = [(kind, text, None) for kind, text in contact.relations]
    for found in taking.take(*_RELATED):
        kinds = [kind for kind in taking.types(found) if kind not in ("home", "work", "other")]
        others.append(
            (kinds[0] if kinds else _RELATED[found.name], plain(found.value, taking.version), found)
        )
    members = taking.take("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER")
    others += [("", plain(found.value, taking.version), found) for found in members]
    others = [other for other in others if other[1]]
    for number, (kind, text, stated) in enumerate(others, start=1):
        where = f"{prefix}{'related' if kind else 'member'}_{number}"
        key = refer(text)
        own = properties_of("Person")
        address = re.match(r"(?:urn|mailto|tel|https?):", text, re.IGNORECASE)
        if not address:
            own.add("name", text)
        names = () if address else (tidy(text),)
        reached = None if stated is None or key else describe_uri(out, taking, where, stated)
        # A card that is referred to says itself who it is.
        caption = "" if key else reached or tidy(text)
        out.mention(where, "Person", authority=2, caption=caption, props=own, names=names, keys=(key,))
        if kind:
            out.link("RELATED_TO", slot, where, props={"type": kind})
        else:
            out.link("MEMBER_OF", where, slot)
    return len(others)

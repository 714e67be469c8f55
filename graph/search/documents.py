"""The search document: its fields in Tantivy, how a `docs` row becomes one and is read back.

Everything to filter, order and count by is a field; everything to show is one stored JSON text, from which the
document can be written anew (Tantivy has no update: ending a document is a delete and an add in one commit).
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

import orjson
import tantivy

from graph.errors import Corrupt, InvalidValue
from graph.model import LabelId
from graph.search.text import tokens_of, whole
from graph.tables import OPEN

_FACET: Final = re.compile(r"([a-z][a-z0-9_]*):(.+)", re.DOTALL)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EPOCH: Final = date(1, 1, 1).toordinal()
_DAY_BITS: Final = 40
"""Bits of an `order` below the day: the head of the entity id. Ties are settled by the whole id on reading."""


class Document(NamedTuple):
    """A search document (graph/tables.py, `docs`). anchor: the entity id of a plain component, else None.

    key: the id of the oldest mention it is for, which orders documents alike for every reader. facets: sorted."""

    row: int
    comp: int
    grp: int | None
    label: LabelId
    anchor: bytes | None
    key: bytes
    kind: str
    caption: str
    names: tuple[str, ...]
    facets: tuple[str, ...]
    since: int

    @property
    def day(self) -> str:
        """Its first `day:` facet, "2025-12-12"; "" without one, which sorts before every day."""
        return next((facet[4:] for facet in self.facets if facet.startswith("day:")), "")


def schema() -> tantivy.Schema:
    """The fields. `f` holds facets by field, each value behind "=" (Tantivy reads a bare instant as a date)."""
    build = tantivy.SchemaBuilder()
    for name in ("row", "comp", "label", "since", "until", "key", "order", "day"):
        build.add_unsigned_field(name, indexed=True, fast=True)
    build.add_unsigned_field("plain", indexed=True)
    build.add_unsigned_field("head", indexed=True, stored=True)
    for name in ("kind", "cell"):
        build.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("token", "initial", "whole"):
        build.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    build.add_json_field("f", tokenizer_name="raw", index_option="basic", fast=True)
    build.add_bytes_field("doc", stored=True)
    return build.build()


def from_row(row: Sequence[Any], since: int) -> Document:
    """A `docs` row (its values in the order of the schema) put at a revision."""
    number, comp, grp, label, anchor, oldest, kind, caption, names, facets = row
    held = tuple(sorted(set(facets or ())))
    return Document(
        number, comp, grp, label, anchor, oldest, kind, caption or "", tuple(names or ()), held, since
    )


@lru_cache(maxsize=65536)
def split_facet(facet: str) -> tuple[str, str]:
    """("from", "EGCC") of "from:EGCC". Raises InvalidValue for another form, or a `day` that is none."""
    found = _FACET.fullmatch(facet)
    if found is None:
        raise InvalidValue("facet", facet, "field:VALUE")
    if found[1] == "day":
        day_number(found[2])
    return found[1], found[2]


@lru_cache(maxsize=65536)
def day_number(day: str) -> int:
    """Days since 0001-01-01 of a date like "2025-12-12". Raises InvalidValue for another form."""
    try:
        if _DAY.fullmatch(day):
            return date.fromisoformat(day).toordinal() - _EPOCH
    except ValueError:  # the form of a date, but none in the calendar
        pass
    raise InvalidValue("day", day, "a date like 2025-12-12")


def key_number(key: bytes) -> int:
    """The first 63 bits of an id, as documents are cut and counted in the order of ids."""
    return int.from_bytes(key[:8], "big") >> 1


def order_number(day: str, key: bytes) -> int:
    """Sorts as (day, id) does, up to ties of the id's first 40 bits; without a day first."""
    days = day_number(day) + 1 if day else 0
    return days << _DAY_BITS | int.from_bytes(key[:8], "big") >> (64 - _DAY_BITS)


def cell(kind: str, label: int, *, standing: bool) -> str:
    """What all plain documents of one kind and label hold; those that still stand hold the standing one too.

    So the commonest condition of a faceted read is one posting list a label, not the meeting of four long ones."""
    return f"{label} {'stands' if standing else 'ever'} {kind}"


def to_json(doc: Document, until: int) -> str:
    """The Tantivy document, as the JSON text its writer takes. Raises Corrupt for a facet that cannot be read."""
    by_field: dict[str, list[str]] = {}
    try:
        for facet in doc.facets:
            field, value = split_facet(facet)
            by_field.setdefault(field, []).append(f"={value}")
    except InvalidValue as error:
        raise Corrupt(f"docs row {doc.row}: {error.message}", remedy="Project the revision again.") from error
    days = [value[1:] for value in by_field.get("day", ())]
    standing = (False, True) if until == OPEN else (False,)
    # What only a text names has no facets, and is none of the things that are counted.
    cells = (
        []
        if doc.anchor is None or not doc.facets
        else [cell(doc.kind, doc.label, standing=value) for value in standing]
    )
    tokens, wholes = _words(doc)
    stored = orjson.dumps(
        [doc.row, doc.comp, doc.grp, doc.label, doc.anchor and doc.anchor.hex(), doc.key.hex(), doc.kind, doc.caption,
         doc.names, doc.facets, doc.since]
    )  # fmt: skip
    fields: dict[str, Any] = {
        "row": doc.row, "comp": doc.comp, "label": doc.label, "since": doc.since, "until": until,
        "key": key_number(doc.key), "order": order_number(days[0] if days else "", doc.key),
        "plain": int(doc.anchor is not None), "cell": cells, "day": [day_number(day) for day in days], "kind": doc.kind,
        "token": " ".join(tokens), "initial": " ".join({token[0] for token in tokens}), "whole": " ".join(wholes),
        "f": by_field, "doc": b64encode(stored).decode(),
    }  # fmt: skip
    return orjson.dumps(fields).decode()


def load(searcher: tantivy.Searcher, at: tantivy.DocAddress) -> Document:
    """The document at an address of a searcher."""
    stored: Any = searcher.doc(at).get_first("doc")
    row, comp, grp, label, anchor, key, kind, caption, names, facets, since = orjson.loads(stored)
    anchor = None if anchor is None else bytes.fromhex(anchor)
    return Document(
        row, comp, grp, label, anchor, bytes.fromhex(key), kind, caption, tuple(names), tuple(facets), since
    )


def _words(doc: Document) -> tuple[set[str], set[str]]:
    tokens: set[str] = set()
    wholes: set[str] = set()
    for text in names_of(doc):
        split = tokens_of(text)
        if split:
            tokens.update(split)
            wholes.add(whole(split))
    return tokens, wholes


def names_of(doc: Document) -> Iterable[str]:
    """What a document is found by: its names, and its caption when that is none of them."""
    return doc.names if not doc.caption or doc.caption in doc.names else (*doc.names, doc.caption)

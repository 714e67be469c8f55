"""The search document: its fields in Tantivy, how a `docs` row becomes one and is read back.

Everything to filter, order and count by is a field; everything to show is one stored JSON text, from which the
document can be written anew (Tantivy has no update: ending a document is a delete and an add in one commit).
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

import orjson
import tantivy

from graph.errors import Corrupt
from graph.model import LabelId
from graph.search.text import folded, whole

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
    build.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    for name in ("token", "initial", "whole"):
        build.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    build.add_json_field("f", tokenizer_name="raw", index_option="basic", fast=True)
    build.add_bytes_field("doc", stored=True)
    return build.build()


def from_row(row: Mapping[str, Any], since: int) -> Document:
    """A `docs` row put at a revision. Raises Corrupt for a facet that is not "field:VALUE"."""
    facets = tuple(sorted(set(row["facets"] or ())))
    for facet in facets:
        field, value = split_facet(facet, row["row"])
        if field == "day":
            try:
                day_number(value)
            except ValueError as error:
                raise Corrupt(
                    f"Facet {facet!r} of docs row {row['row']} is no day like 2025-12-12."
                ) from error
    names = tuple(row["names"] or ())
    return Document(
        row["row"], row["comp"], row["grp"], LabelId(row["label"]), row["anchor"], row["oldest"], row["kind"],
        row["caption"] or "", names, facets, since,
    )  # fmt: skip


def split_facet(facet: str, row: int | None = None) -> tuple[str, str]:
    """("from", "EGCC") of "from:EGCC". Raises Corrupt when it has another form."""
    found = _FACET.fullmatch(facet)
    if found is None:
        where = "" if row is None else f" of docs row {row}"
        raise Corrupt(f"Facet {facet!r}{where} is not field:VALUE.", remedy="Field names are a-z, 0-9 and _.")
    return found[1], found[2]


def day_number(day: str) -> int:
    """Days since 0001-01-01 of a date like "2025-12-12". Raises ValueError for another form."""
    if _DAY.fullmatch(day) is None:
        raise ValueError(day)
    return date.fromisoformat(day).toordinal() - _EPOCH


def key_number(key: bytes) -> int:
    """The first 63 bits of an id, as documents are cut and counted in the order of ids."""
    return int.from_bytes(key[:8], "big") >> 1


def order_number(day: str, key: bytes) -> int:
    """Sorts as (day, id) does, up to ties of the id's first 40 bits; without a day first."""
    days = day_number(day) + 1 if day else 0
    return days << _DAY_BITS | int.from_bytes(key[:8], "big") >> (64 - _DAY_BITS)


def to_json(doc: Document, until: int) -> str:
    """The Tantivy document, as the JSON text its writer takes."""
    by_field: dict[str, list[str]] = {}
    for facet in doc.facets:
        field, value = split_facet(facet)
        by_field.setdefault(field, []).append(f"={value}")
    tokens, wholes = _words(doc)
    stored = orjson.dumps(
        [doc.row, doc.comp, doc.grp, doc.label, doc.anchor and doc.anchor.hex(), doc.key.hex(), doc.kind, doc.caption,
         doc.names, doc.facets, doc.since]
    )  # fmt: skip
    fields: dict[str, Any] = {
        "row": doc.row, "comp": doc.comp, "label": doc.label, "since": doc.since, "until": until,
        "key": key_number(doc.key), "order": order_number(doc.day, doc.key), "plain": int(doc.anchor is not None),
        "day": [day_number(value[1:]) for value in by_field.get("day", ())], "kind": doc.kind,
        "token": " ".join(sorted(tokens)), "initial": " ".join(sorted({token[0] for token in tokens})),
        "whole": " ".join(sorted(wholes)), "f": by_field, "doc": b64encode(stored).decode(),
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
        split = folded(text).split()
        if split:
            tokens.update(split)
            wholes.add(whole(split))
    return tokens, wholes


def names_of(doc: Document) -> Iterable[str]:
    """What a document is found by: its names, and its caption when that is none of them."""
    return doc.names if not doc.caption or doc.caption in doc.names else (*doc.names, doc.caption)

"""The tables that cross a wall, as Arrow schemas: what a format hands over, and what a delta carries.

Batch tables (BATCH) are what `ingest` gives to `graph`: one batch is one file, one revision.
Projected rows (ROWS) are what a delta puts or ends; stores and the search index are followers that hold
them. Every projected row has an integer `row`, unique in its table for ever; a row is *put* at one revision
and *ended* at a later one. A row is seen by a view when its label is visible and since <= revision < until.

Dates and instants are ISO-8601 text ("2019-01-25", "2025-12-12T13:00:00Z"): text of that form sorts by time,
and a date sorts before every instant of its day. None is unknown (an open bound).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa

# Any: pyarrow's own types for its data types have no common base that mypy can see.
_S: Any = pa.string()
_I: Any = pa.int64()
_B: Any = pa.bool_()
_LIST: Any = pa.list_(pa.string())
MENTION_ID: Final[Any] = pa.binary(16)

OPEN: Final = 2**62
"""`until` of a row that has not ended."""

BATCH: Final[dict[str, pa.Schema]] = {
    # One row a record. rec: 0-based ordinal in the batch, the join column of the other tables.
    # timepoint: position in a stream, 0 without one. locator: where in the file ("line 17", "record 3").
    # raw: the record as received, text. put False is a retraction: such a record has no mentions.
    "records": pa.schema(
        [
            ("rec", _I),
            ("key", _S),
            ("put", _B),
            ("observed_at", pa.timestamp("us", tz="UTC")),
            ("timepoint", _I),
            ("locator", _S),
            ("raw", _S),
        ]
    ),
    # What one record says about one thing. slot: unique in its record ("company", "officer", "address").
    # caption: how to show it, "" when the record gives none. authority: 0 the thing's own register entry,
    # 1 described by another's record, 2 a bare reference. props: JSON {property: [[cleaned, original|null]…]}.
    # names: cleaned names to search by. keys: identifiers that merge by value, "kind:value".
    # facets: exact search terms, "field:VALUE" (flights). derived_by: enricher or rule, None when stated.
    "mentions": pa.schema(
        [
            ("rec", _I),
            ("slot", _S),
            ("kind", _S),
            ("caption", _S),
            ("authority", pa.int8()),
            ("props", _S),
            ("names", _LIST),
            ("keys", _LIST),
            ("facets", _LIST),
            ("derived_by", _S),
            ("valid_from", _S),
            ("valid_to", _S),
        ]
    ),
    # What one record says ties two of its mentions. props: JSON {name: value}, typed by the ontology.
    "links": pa.schema(
        [
            ("rec", _I),
            ("kind", _S),
            ("role", _S),
            ("from_slot", _S),
            ("to_slot", _S),
            ("valid_from", _S),
            ("valid_to", _S),
            ("props", _S),
        ]
    ),
    # What one record says in words: a message, note, transcript or page. slot: unique among the record's texts and
    # mentions. author_slot, room_slot: mentions of the same record, None when it names none. sent_at: an Instant's
    # text. reply_to: the key of the record that it answers, in the same source. language: as stated, BCP 47.
    "texts": pa.schema(
        [
            ("rec", _I),
            ("slot", _S),
            ("kind", _S),
            ("author_slot", _S),
            ("room_slot", _S),
            ("sent_at", _S),
            ("body", _S),
            ("reply_to", _S),
            ("language", _S),
        ]
    ),
    # What an enricher makes of a text (its id, see ROWS "texts"), added beside what is stated. property: "language".
    # assumed: what stands in where value says nothing. digest: DIGEST of the body that it was made of: of another
    # body it says nothing. derived_by: the enricher and its version. The source has the label of the text's.
    "derived": pa.schema(
        [
            ("rec", _I),
            ("tid", MENTION_ID),
            ("property", _S),
            ("value", _S),
            ("assumed", _S),
            ("confidence", pa.float64()),
            ("digest", _S),
            ("derived_by", _S),
        ]
    ),
}

ROWS: Final[dict[str, pa.Schema]] = {
    # One mention as it stands: mid its id, comp and grp where it is placed, born its first evidence revision.
    # rec_key and revision lead to the record in evidence; locator says where in its file.
    "mentions": pa.schema(
        [
            ("row", _I),
            ("mid", MENTION_ID),
            ("comp", _I),
            ("grp", _I),
            ("label", _I),
            ("born", _I),
            ("source", _I),
            ("rec_key", _S),
            ("slot", _S),
            ("kind", _S),
            ("caption", _S),
            ("authority", _I),
            ("props", _S),
            ("derived_by", _S),
            ("valid_from", _S),
            ("valid_to", _S),
            ("observed_at", _S),
            ("revision", _I),
            ("locator", _S),
        ]
    ),
    # Mentions of one component that share label and keys and are in no pair: interchangeable for clustering.
    # anchor and born: of its oldest mention (born, then mid). authority, caption and kind: of its best mention:
    # the least (caption == "", authority, caption, kind). Text, not age, breaks ties: it must come out the same
    # however mentions are split over groups (a hidden judgement splits one) and in whatever order they arrived.
    # keys: JSON list, sorted.
    "groups": pa.schema(
        [
            ("row", _I),
            ("comp", _I),
            ("grp", _I),
            ("label", _I),
            ("anchor", MENTION_ID),
            ("born", _I),
            ("n", _I),
            ("kind", _S),
            ("caption", _S),
            ("authority", _I),
            ("keys", _S),
        ]
    ),
    # An identifier key held by a group: how entity(kind, identifier) finds it.
    "keys": pa.schema([("row", _I), ("key", _S), ("comp", _I), ("grp", _I), ("label", _I)]),
    # A judgement or a model's decision between two mentions of one component (or of two, when DIFFERENT or
    # UNSURE): comp is a's, other b's; grp_a and grp_b their groups, which hold just them.
    # by: "judgement" or the model's name. strength: bits, judgements None. reason: JSON.
    "pairs": pa.schema(
        [
            ("row", _I),
            ("comp", _I),
            ("other", _I),
            ("a", MENTION_ID),
            ("b", MENTION_ID),
            ("grp_a", _I),
            ("grp_b", _I),
            ("verdict", _S),
            ("by", _S),
            ("strength", pa.float64()),
            ("id", _S),
            ("label", _I),
            ("label_a", _I),
            ("label_b", _I),
            ("reason", _S),
        ]
    ),
    # One mention link. from_anchor/to_anchor: the entity id at that end when that end's component is *plain*
    # (one label, one entity for whoever sees it), else None: the reader works it out per scope. from_kind/to_kind:
    # the kind of that entity when plain; of no meaning else, since all of the component's mentions made it.
    "links": pa.schema(
        [
            ("row", _I),
            ("kind", _S),
            ("role", _S),
            ("from_comp", _I),
            ("to_comp", _I),
            ("from_grp", _I),
            ("to_grp", _I),
            ("from_mid", MENTION_ID),
            ("to_mid", MENTION_ID),
            ("from_kind", _S),
            ("to_kind", _S),
            ("from_anchor", MENTION_ID),
            ("to_anchor", MENTION_ID),
            ("label", _I),
            ("valid_from", _S),
            ("valid_to", _S),
            ("props", _S),
        ]
    ),
    # How many distinct plain neighbours a component has by (label, direction, link kind, neighbour kind);
    # kept from HUB of them up, counted from the links below that. out: True for links that leave comp.
    "counters": pa.schema(
        [("row", _I), ("comp", _I), ("label", _I), ("out", _B), ("kind", _S), ("nkind", _S), ("n", _I)]
    ),
    # A search document: one a plain component (grp None, anchor its entity id), else one a group (anchor
    # None: the reader works out the entity per scope). oldest: the id of the oldest mention it is for, plain or
    # not: row, comp and grp depend on what a reader may not see, so documents are ordered and cut by this.
    "docs": pa.schema(
        [
            ("row", _I),
            ("comp", _I),
            ("grp", _I),
            ("label", _I),
            ("anchor", MENTION_ID),
            ("oldest", MENTION_ID),
            ("kind", _S),
            ("caption", _S),
            ("names", _LIST),
            ("facets", _LIST),
        ]
    ),
    # One text as it stands; no node of the graph, it lives in evidence and the index of texts. tid: its id, made of
    # (source, key, slot) as a mention's is. author, room: mention ids of the same record; *_keys: the keys that these
    # hold, sorted. about: `handles` of the mentions derived from it, sorted. language: as stated; derived: JSON
    # {property: {"value", "assumed", "confidence", "by"}}, what enrichers made of this very body.
    "texts": pa.schema(
        [
            ("row", _I),
            ("tid", MENTION_ID),
            ("label", _I),
            ("source", _I),
            ("rec_key", _S),
            ("slot", _S),
            ("kind", _S),
            ("author", MENTION_ID),
            ("author_keys", _LIST),
            ("room", MENTION_ID),
            ("room_keys", _LIST),
            ("about", _LIST),
            ("sent_at", _S),
            ("body", _S),
            ("reply_to", _S),
            ("language", _S),
            ("derived", _S),
            ("observed_at", _S),
            ("revision", _I),
            ("locator", _S),
        ]
    ),
}

AMONG: Final = pa.schema(
    [ROWS["links"].field(name) for name in ("kind", "from_comp", "to_comp", "from_grp", "to_grp")]
)
"""The columns of mention links that say what is linked and how: what Store.among gives."""

ENDS: Final = pa.schema([("table", _S), ("row", _I)])
"""The rows that a delta ends: ends.parquet."""

STORE_TABLES: Final = ("mentions", "groups", "keys", "pairs", "links", "counters")
"""The projected tables a graph store follows; the search index follows `docs` and `texts`."""

DIGEST: Final = "left(sha256({}), 32)"
"""SQL of the digest of a text's body."""


def handles(mid: bytes, keys: Sequence[str]) -> list[str]:
    """What texts by, in or about a mention are found by: its id, and the set of keys that it holds (if any), which
    it has in common with all mentions of its group."""
    return [mid.hex(), "=" + "\x1f".join(sorted(keys))] if keys else [mid.hex()]


HUB: Final = 64
"""Neighbours of one (label, direction, link kind, neighbour kind) from which a counter is kept."""

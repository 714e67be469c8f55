"""Why two mentions are one or not, as the model weighs them: recomputed from its frozen parameters, the two mentions, and
how many share what their own records tie them to, among the mentions that everybody sees who sees the two.

The same statements as the batch run's (columns/, scoring.py) over the few rows that it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import log2
from typing import Any, Final

import duckdb
import pyarrow as pa
from splink import DuckDBAPI
from splink.internals.realtime import compare_records

from graph.access import PUBLIC
from graph.model import Mention, MentionLink, View
from graph.resolution import columns
from graph.resolution.columns.organisations import STAFF
from graph.resolution.models import MODELS
from graph.resolution.models.base import Comparison, Model
from graph.resolution.scoring import terms
from graph.store.base import Store

SHARERS: Final = 2000
"""Links of one identifier that are looked at; what more share says nothing."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: what was compared, how it agreed, and the bits of that; of these, those of a value's rarity."""

    name: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    level: str
    bits: float
    rarity: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a model says of two mentions alone. prior: the bits before anything is compared; bits: all in all.

    corroborated: more than names agree and no name contradicts, without which a pair is proposed at most."""

    model: str
    digest: str
    prior: float
    bits: float
    accept: float
    review: float
    corroborated: bool
    comparisons: tuple[Compared, ...]

    @property
    def verdict(self) -> str | None:
        """SAME or UNSURE; None when the two are too unlike to be proposed."""
        if self.bits >= self.accept and self.corroborated:
            return "SAME"
        return "UNSURE" if self.bits >= self.review else None


def model_of(kind_a: str, kind_b: str, models: Sequence[Model] = MODELS) -> Model | None:
    """The model that compares two kinds; None when none does."""
    return next((m for m in models if kind_a in m.kinds and kind_b in m.kinds), None)


def weigh(
    store: Store, view: View, a: Mention, b: Mention, models: Sequence[Model] = MODELS
) -> Weighed | None:
    """What the model of their kind says of two visible mentions; None when no model compares them: a body without a name, an address without
    a street, two addresses of one key.

    models: the versions in force at the view's revision (versions.py)."""
    model = model_of(a.kind, b.kind, models)
    if model is None or a.mid == b.mid:
        return None
    with _two(store, view, a, b, model) as con:
        both = con.execute("SELECT count(*) FROM f_two").fetchall() == [(2,)]
        return _weighed(con, model) if both else None


@dataclass(frozen=True, slots=True)
class Met:
    """A blocking key of two mentions: the values by which each is met, sorted."""

    name: str
    a: tuple[str, ...]
    b: tuple[str, ...]

    @property
    def meets(self) -> bool:
        return not set(self.a).isdisjoint(self.b)


def meeting(store: Store, view: View, a: Mention, b: Mention, models: Sequence[Model] = MODELS) -> list[Met]:
    """The blocking keys by which the model of their kind would compare two visible mentions; [] when none does."""
    model = model_of(a.kind, b.kind, models)
    if model is None or a.mid == b.mid:
        return []
    with _two(store, view, a, b, model) as con:
        return [Met(key.name, *_values(con, key.sql)) for key in model.keys]


def _values(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rows = con.execute(f"SELECT DISTINCT mno, ({sql})::VARCHAR AS value FROM f_two ORDER BY 1, 2").fetchall()
    one, other = (tuple(value for mno, value in rows if mno == n and value is not None) for n in (0, 1))
    return one, other


@contextmanager
def _two(
    store: Store, view: View, a: Mention, b: Mention, model: Model
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database whose f_two has the columns of two mentions, 0 and 1, as those count them who see both."""
    labels = frozenset({PUBLIC, a.label, b.label}) & view.labels
    men, links = _rows(store, replace(view, labels=labels, valid=None), (a, b))
    with duckdb.connect() as con:
        con.execute("SET threads = 1")
        con.register("v_men", men)
        con.register("v_lnk", links)
        con.execute("CREATE TABLE men AS SELECT * FROM v_men")
        con.execute("CREATE TABLE lnk AS SELECT * FROM v_lnk")
        columns.make(con, model.kinds, "men", "lnk", "f_base")
        columns.scoped(con, "f_base", model.who, ", ".join(str(label) for label in sorted(labels)), "f_scope")
        con.execute("CREATE TABLE f_two AS SELECT * FROM f_scope WHERE mno IN (0, 1)")
        yield con


def _weighed(con: duckdb.DuckDBPyConnection, model: Model) -> Weighed:
    """What the model says of the rows of f_two."""
    terms(con, model, "f_two")
    tables = "".join(f" LEFT JOIN t_tf_{c} USING ({c})" for c in model.frequencies)
    left, right = (con.sql(f"SELECT * FROM f_two{tables} WHERE mno = {n}").to_arrow_table() for n in (0, 1))
    # Splink keeps the statement that it made of the settings under the model's digest.
    api = DuckDBAPI(con)
    made = compare_records(left, right, model.settings(), api, sql_cache_key=model.digest())
    select = f"SELECT *, ({model.acceptable}) AS corroborated FROM {made.physical_name}"
    (row,) = con.sql(select).to_arrow_table().to_pylist()
    two = con.sql("SELECT * FROM f_two ORDER BY mno").to_arrow_table().to_pylist()
    prior = model.settings()["probability_two_random_records_match"]
    return Weighed(
        model.decider,
        model.digest(),
        round(log2(prior / (1 - prior)), 4),
        round(row["match_weight"], 4),
        model.accept,
        model.review,
        bool(row["corroborated"]),
        tuple(_compared(c, row, two) for c in model.comparisons),
    )


def _compared(comparison: Comparison, row: dict[str, Any], two: Sequence[dict[str, Any]]) -> Compared:
    gamma = row[f"gamma_{comparison.name}"]
    says = [level for level in comparison.levels if not level.null]
    null = next((level.label for level in comparison.levels if level.null), "not stated")
    rarity = row.get(f"mw_tf_adj_{comparison.name}") or 0.0
    bits = row[f"mw_{comparison.name}"] + rarity
    shown = [tuple(text for name in comparison.shows for text in _texts(one[name])) for one in two]
    level = null if gamma < 0 else says[len(says) - 1 - gamma].label
    return Compared(comparison.name, shown[0], shown[1], level, round(bits, 4), round(rarity, 4))


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return [] if value is None else [str(value)]


_BODIES: Final = ("Company", "Organisation")
# Any: as in graph/tables.py.
_I: Any = pa.int64()
_S: Any = pa.string()
_B: Any = pa.binary()
_L: Any = pa.list_(pa.string())
_MEN: Final = pa.schema(
    [
        ("mno", _I),
        ("mid", _B),
        ("rid", _S),
        ("label", _I),
        ("kind", _S),
        ("caption", _S),
        ("props", _S),
        ("keys", _L),
    ]
)
_LNK: Final = pa.schema([("kind", _S), ("from_mno", _I), ("to_mno", _I)])


def _rows(store: Store, view: View, two: Sequence[Mention]) -> tuple[pa.Table, pa.Table]:
    """men and lnk: the two mentions, what their records tie them to, and who else is tied to that."""
    mids = {one.mid for one in two}
    touching = store.links(view, groups=sorted({m.grp for m in two}))
    own = [link for link in touching if link.from_mid in mids and link.kind in columns.TIES]
    links: list[MentionLink] = own + [
        link for link in touching if link.to_mid in mids and link.kind == "HAS_CONTACT"
    ]
    links += [link for link in touching if link.to_mid in mids and link.kind in STAFF][:SHARERS]
    # Who acts for a body is told by other records, of its number.
    for comp in sorted({one.comp for one in two if one.kind in _BODIES}):
        near = store.links(view, comps=[comp], limit=SHARERS + 1)
        links += [link for link in near if link.to_comp == comp and link.kind in STAFF]
    for comp in sorted({link.to_comp for link in own}):
        near = store.links(view, comps=[comp], limit=SHARERS + 1)
        if len(near) > SHARERS:
            links = [link for link in links if link.to_comp != comp]
        else:
            links += [link for link in near if link.to_comp == comp]
    wanted = sorted({mid for link in links for mid in (link.from_mid, link.to_mid)} | mids)
    mentions = {m.mid: m for m in store.mentions(view, ids=wanted)}
    groups = store.groups(view, sorted({m.comp for m in mentions.values()}))
    keys = {group.grp: list(group.keys) for found in groups.values() for group in found}
    named = [
        g.grp
        for comp in sorted({x.to_comp for x in own})
        for g in groups.get(comp, [])
        if g.caption and g.kind in _BODIES
    ]
    called = store.mentions(view, groups=sorted(named), limit=SHARERS) if named else []
    mentions |= {m.mid: m for m in called}
    first = [m.mid for m in two]
    number = {mid: n for n, mid in enumerate([*first, *sorted(set(mentions) - mids)])}
    rows = [
        {"mno": n, "mid": mid, "rid": f"{mentions[mid].source}/{mentions[mid].rec_key}", "label": int(mentions[mid].label),
         "kind": mentions[mid].kind, "caption": mentions[mid].caption, "props": mentions[mid].props,
         "keys": keys.get(mentions[mid].grp, [])}
        for mid, n in number.items()
    ]  # fmt: skip
    ties = sorted(
        {
            (x.kind, number[x.from_mid], number[x.to_mid])
            for x in links
            if {x.from_mid, x.to_mid} <= number.keys()
        }
    )
    tied = [{"kind": kind, "from_mno": start, "to_mno": end} for kind, start, end in ties]
    return pa.Table.from_pylist(rows, schema=_MEN), pa.Table.from_pylist(tied, schema=_LNK)

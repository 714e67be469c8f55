"""What is new since a revision, for one reader: mentions, links and decisions whose content as seen was put, ended or
changed.

The store's rows also change when only their place does (components merge, maybe through rows the reader may not see),
and row numbers depend on hidden rows; so what a row change means is found by comparing what the reader saw before the
revision with what it sees after, and the order is by ids. A decision is seen by who sees it and both its mentions, and
stands while both do: it ends when it is undone, and when one of them goes.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby, islice
from typing import Any, Final

from graph.model import (
    CHANGED_TABLES,
    Change,
    ChangedTable,
    Entity,
    Mention,
    MentionId,
    MentionLink,
    Pair,
    Revision,
    Truncation,
    View,
)
from graph.reading import cursors
from graph.reading.answers import Changed, ChangedWhat, Changes
from graph.reading.reading import Reading, unique
from graph.store.base import Store

_PLACE: Final = (int, int, str, str, bool)
_ROWS_A_CALL = 5000
_BATCH = 500

_WHAT: Final[dict[ChangedTable, ChangedWhat]] = {
    "mentions": "mentions",
    "links": "links",
    "pairs": "decisions",
}
_Mids = tuple[bytes, ...]
_Found = tuple[ChangedTable, bool, str, _Mids]
_Said = tuple[str, *tuple[Hashable, ...]]
"""What a link or decision says: its kind or verdict first."""


def changes(store: Store, view: View, since: Revision, after: str | None, limit: int) -> Changes:
    """See Graph.changes."""
    cursors.at_least("limit", limit, 1)
    cursors.at_least("since", since, 0)
    view, place = cursors.resume("changes", view, after, _PLACE)
    start = None if place is None else _key_of(place)
    begin = since if start is None else Revision(max(since, start[0] - 1))
    got: list[tuple[tuple[int, int, str, str, bool], Revision, _Found]] = []
    for revision, found in _differences(store, view, begin, start):
        key = _key(revision, found)
        if start is not None and key <= start:
            continue
        if len(got) == limit:
            text = cursors.cursor("changes", view, got[-1][0])
            return Changes(_shown(store, view, got), Truncation("limit", limit, text))
        got.append((key, revision, found))
    return Changes(_shown(store, view, got), None)


def pages(store: Store, view: View, since: Revision, after: str | None, size: int) -> Iterator[Changes]:
    """All changes up to the view's revision, a page of one revision after the other; each revision's rows are read once.

    A page shows what it tells of as it was at that revision; its `truncated` is the place behind it (argument after).
    after: such a place, of any earlier answer."""
    start = None if after is None else _key_of(cursors.resume("changes", view, after, _PLACE)[1] or ())
    begin = since if start is None else Revision(max(since, start[0] - 1))
    for revision, found in groupby(_differences(store, view, begin, start), key=lambda one: one[0]):
        then = replace(view, revision=revision)
        keyed = ((_key(at, one), at, one) for at, one in found)
        left = (item for item in keyed if start is None or item[0] > start)
        while got := list(islice(left, size)):
            place = cursors.cursor("changes", then, got[-1][0])
            yield Changes(_shown(store, then, got), Truncation("limit", size, place))


def _key(revision: Revision, found: _Found) -> tuple[int, int, str, str, bool]:
    """The order of changes, and a cursor's place."""
    table, put, kind, mids = found
    return int(revision), CHANGED_TABLES.index(table), _text(mids), kind, put


def _text(mids: _Mids) -> str:
    return "".join(mid.hex() for mid in mids)


def _key_of(place: Sequence[cursors.Place]) -> tuple[int, int, str, str, bool]:
    revision, table, mids, kind, put = place
    return int(revision or 0), int(table or 0), str(mids), str(kind), bool(put)


def _differences(
    store: Store, view: View, since: Revision, start: tuple[int, int, str, str, bool] | None
) -> Iterator[tuple[Revision, _Found]]:
    """Every visible difference after a revision, in order; those before `start` may be left out.

    A revision's rows are read whole before any of it is given: their order depends on hidden rows."""
    for revision, rows in groupby(_rows(store, view, since), key=lambda row: row.revision):
        touched = {(row.table, row.mids) for row in rows}
        for number, table in enumerate(CHANGED_TABLES):
            subjects = sorted(mids for name, mids in touched if name == table)
            if start is not None and start[0] == revision:
                first = (start[1], start[2])
                subjects = [mids for mids in subjects if (number, _text(mids)) >= first]
            for at in range(0, len(subjects), _BATCH):
                batch = subjects[at : at + _BATCH]
                found = _COMPARE[table](store, view, Revision(revision), batch)
                yield from (
                    (Revision(revision), one) for one in sorted(found, key=lambda one: _key(revision, one))
                )


def _rows(store: Store, view: View, since: Revision) -> Iterator[Change]:
    after: tuple[int, int, int] | None = None
    while True:
        got = store.changed(view, since, after=after, limit=_ROWS_A_CALL)
        yield from got
        if len(got) < _ROWS_A_CALL:
            return
        last = got[-1]
        after = (last.revision, CHANGED_TABLES.index(last.table), last.row * 2 + (not last.put))


def _mentions(store: Store, view: View, revision: Revision, subjects: Sequence[_Mids]) -> list[_Found]:
    before, now = (_standing(store, view, at, subjects) for at in (revision - 1, revision))
    found: list[_Found] = []
    for mids in subjects:
        old, new = before.get(mids[0]), now.get(mids[0])
        if (old and _said(old)) != (new and _said(new)):
            found += [("mentions", False, old.kind, mids)] if old else []
            found += [("mentions", True, new.kind, mids)] if new else []
    return found


def _links(store: Store, view: View, revision: Revision, subjects: Sequence[_Mids]) -> list[_Found]:
    before, now = (_tied(store, view, at, subjects) for at in (revision - 1, revision))
    return _differing("links", subjects, before, now)


def _decisions(store: Store, view: View, revision: Revision, subjects: Sequence[_Mids]) -> list[_Found]:
    before, now = (_decided(store, view, at, subjects) for at in (revision - 1, revision))
    return _differing("pairs", subjects, before, now)


_COMPARE: Final = {"mentions": _mentions, "links": _links, "pairs": _decisions}


def _differing(
    table: ChangedTable,
    subjects: Sequence[_Mids],
    before: dict[_Mids, Tally[_Said]],
    now: dict[_Mids, Tally[_Said]],
) -> list[_Found]:
    """Kinds of which something said between two mentions ended or came."""
    found: list[_Found] = []
    for mids in subjects:
        old, new = before.get(mids, Tally()), now.get(mids, Tally())
        found += [(table, False, kind, mids) for kind in {said[0] for said in old - new}]
        found += [(table, True, kind, mids) for kind in {said[0] for said in new - old}]
    return found


def _standing(store: Store, view: View, revision: int, subjects: Sequence[_Mids]) -> dict[bytes, Mention]:
    then = replace(view, revision=Revision(revision))
    ids = sorted({mid for mids in subjects for mid in mids})
    return {row.mid: row for row in store.mentions(then, ids=ids)}


def _tied(store: Store, view: View, revision: int, subjects: Sequence[_Mids]) -> dict[_Mids, Tally[_Said]]:
    """What the mention links between pairs of mentions said at a revision."""
    rows = _standing(store, view, revision, subjects)
    pairs = sorted({(rows[a].comp, rows[b].comp) for a, b in subjects if a in rows and b in rows})
    then = replace(view, revision=Revision(revision), valid=None)
    found: dict[_Mids, Tally[_Said]] = {}
    wanted = set(subjects)
    for link in store.links(then, between=pairs) if pairs else ():
        mids = (link.from_mid, link.to_mid)
        if mids in wanted:
            found.setdefault(mids, Tally())[_tie(link)] += 1
    return found


def _decided(store: Store, view: View, revision: int, subjects: Sequence[_Mids]) -> dict[_Mids, Tally[_Said]]:
    """What the decisions between pairs of mentions said at a revision."""
    rows = _standing(store, view, revision, subjects)
    ends = [(rows[a].comp, rows[b].comp) for a, b in subjects if a in rows and b in rows]
    # A decision is found at either end: at the one where fewer are asked for, past what a hub has of them.
    often = Tally(chain.from_iterable(ends))
    comps = sorted({min(pair, key=lambda comp: (often[comp], comp)) for pair in ends})
    found: dict[_Mids, Tally[_Said]] = {}
    wanted = set(subjects)
    for pair in store.pairs(replace(view, revision=Revision(revision)), comps) if comps else ():
        mids = (pair.a, pair.b)
        if mids in wanted:
            found.setdefault(mids, Tally())[_decision(pair)] += 1
    return found


def _said(row: Mention) -> tuple[Any, ...]:
    """A mention without its place."""
    return (*row._replace(comp=0, grp=0),)


def _tie(link: MentionLink) -> _Said:
    return link.kind, link.role, link.valid_from or "", link.valid_to or "", link.props or "", link.label


def _decision(pair: Pair) -> _Said:
    """A decision without its place."""
    return pair.verdict, pair.by, pair.strength, pair.reason, pair.id


def _shown(
    store: Store, view: View, got: Sequence[tuple[tuple[int, int, str, str, bool], Revision, _Found]]
) -> tuple[Changed, ...]:
    now = _places(store, view, {mid for _, _, found in got for mid in found[3]})
    gone: dict[Revision, set[bytes]] = {}
    for _, revision, found in got:
        gone.setdefault(_stood(revision, found), set()).update(mid for mid in found[3] if mid not in now)
    then = {at: _places(store, replace(view, revision=at), mids) for at, mids in gone.items()}
    return tuple(
        Changed(
            revision,
            _WHAT[table],
            put,
            kind,
            tuple(MentionId(mid) for mid in mids),
            tuple(unique(now.get(mid) or then[_stood(revision, found)].get(mid) for mid in mids)),
        )
        for _, revision, found in got
        for table, put, kind, mids in [found]
    )


def _stood(revision: Revision, found: _Found) -> Revision:
    """The revision at which what a change put, or ended, certainly stood, and its mentions with it."""
    return revision if found[1] else Revision(revision - 1)


def _places(store: Store, view: View, mids: set[bytes]) -> dict[bytes, Entity]:
    """Where mentions that stand at the view's revision live."""
    rows = store.mentions(view, ids=sorted(mids)) if mids else []
    reading = Reading(store, view)
    reading.load({row.comp for row in rows})
    return {row.mid: reading.at(row.comp, row.grp) for row in rows}

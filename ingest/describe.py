"""The row form of a format: take every field of a record on purpose, and say what it describes.

A format's `describe(fields, out)` takes from `Fields` and tells `Description`; what it neither takes nor ignores
is counted. Rows are kept as columns and leave in Arrow batches, so that a record costs microseconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache, partial
from typing import Any

import orjson
import pyarrow as pa

from graph.errors import InvalidValue
from graph.ontology import ontology
from graph.tables import BATCH
from ingest.cleaning import cleaner, read_value
from ingest.format import REMEDY, Reject, Sink, Table
from ingest.reads import link_flag

BATCH_ROWS = 20_000
"""Records after which the columns leave: some 40 MB of mentions."""

_TABLES: tuple[Table, ...] = ("records", "mentions", "links", "texts")


_Reader = Callable[[str], tuple[str | None, str | None]]
_FEW = frozenset({"text", "code", "boolean", "integer", "postcode"})
"""Types whose values repeat so much in a file that it pays to remember what they came to."""


@cache
def _reader(name: str) -> _Reader:
    """What reads a value by a named cleaner, giving (cleaned or None, flag or None)."""
    read = partial(read_value, name, cleaner(name))
    return lru_cache(maxsize=1 << 16)(read) if name in _FEW else read


@cache
def _readers(kind: str) -> Mapping[str, _Reader]:
    return {name: _reader(value_type) for name, value_type in ontology().kinds[kind].properties.items()}


class Fields:
    """One record's fields, to be taken once each. A nested object is Fields of its own, by `inside`."""

    __slots__ = ("_inside", "_left")

    def __init__(self, values: dict[str, Any]) -> None:
        """Takes over values: it is emptied."""
        self._left = values
        self._inside: list[tuple[str, Fields]] = []

    def take(self, name: str) -> Any:
        """The value of a field as received, None when it is absent, null or an empty text."""
        value = self._left.pop(name, None)
        return None if value == "" else value

    def text(self, name: str) -> str | None:
        """A field that must be text (a number is taken as its digits); raises InvalidValue for anything else."""
        value = self._left.pop(name, None)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return value.strip() or None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise InvalidValue(name, value, "text")

    def texts_of(self, names: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Several text fields at once, (name in the record, name in the answer) each; absent ones are left out."""
        found = {}
        for name, ours in names:
            value = self._left.pop(name, None)
            if value is None or value == "":
                continue
            if not isinstance(value, str):
                self._left[name] = value
                value = self.text(name)
            if value := value.strip():
                found[ours] = value
        return found

    def texts(self, name: str) -> list[str]:
        """A field that must be a list of texts, [] when absent; raises InvalidValue for anything else."""
        value = self._left.pop(name, None) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise InvalidValue(name, value, "a list of texts")
        return value

    def inside(self, name: str) -> Fields:
        """The fields of a nested object, no fields when it is absent; raises InvalidValue for anything else."""
        value = self._left.pop(name, None)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise InvalidValue(name, value, "an object")
        inner = Fields(value)
        self._inside.append((name, inner))
        return inner

    def each(self, name: str) -> list[Fields]:
        """The fields of every object in a nested list, [] when absent; raises InvalidValue for anything else."""
        value = self._left.pop(name, None) or []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise InvalidValue(name, value, "a list of objects")
        inner = [Fields(item) for item in value]
        self._inside += [(f"{name}[]", fields) for fields in inner]
        return inner

    def peek(self, *path: str) -> Any:
        """A field, or one inside nested objects, without taking it; None when it is not there."""
        value: Any = self._left
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def names(self) -> list[str]:
        """The fields that are not taken yet, sorted: for objects whose members name what they hold."""
        return sorted(self._left)

    def ignore(self, *names: str) -> None:
        """Fields that are left out on purpose; the caller's comment says why."""
        for name in names:
            self._left.pop(name, None)

    def __contains__(self, name: str) -> bool:
        return name in self._left

    def leftovers(self, prefix: str = "") -> list[str]:
        """The dotted names of what was neither taken nor ignored and holds anything."""
        if not self._left and not self._inside:
            return []
        left = [prefix + name for name, value in self._left.items() if value not in (None, "", [], {})]
        for name, inner in self._inside:
            if inner._left or inner._inside:
                left += inner.leftovers(f"{prefix}{name}.")
        return left


class Properties:
    """The properties of one mention, cleaned by the ontology as they come in."""

    __slots__ = ("_readers", "flags", "values")

    def __init__(self, kind: str) -> None:
        self._readers = _readers(kind)
        self.values: dict[str, list[list[str | None]]] = {}
        self.flags: list[list[str | None]] = []

    def add(self, name: str, raw: str | None, by: str | None = None) -> str | None:
        """Adds one value, cleaned by its type in the ontology or by a named cleaner (ingest/cleaning.py).

        Returns the cleaned value; None when there was none or it is unreadable, which is flagged."""
        if raw is None:
            return None
        reader = _reader(by) if by else self._readers[name]
        cleaned, flag = reader(raw)
        if flag:
            self.flags.append([f"{name}:{flag}", raw])
        if cleaned is None:
            return None
        pair = [cleaned, None if cleaned == raw else raw]
        if name in self.values:
            self.values[name].append(pair)
        else:
            self.values[name] = [pair]
        return cleaned

    def put(self, name: str, cleaned: str | None) -> None:
        """Adds a value that is clean and was put together from several fields, so that it has no original."""
        if cleaned:
            self.values.setdefault(name, []).append([cleaned, None])

    def read(self, name: str, by: str, raw: str | None) -> str | None:
        """A value cleaned by name and flagged as a property's would be, without adding it: for validity's ends."""
        if raw is None:
            return None
        cleaned, flag = _reader(by)(raw)
        if flag:
            self.flags.append([f"{name}:{flag}", raw])
        return cleaned

    def flag(self, name: str, reason: str, original: str | None = None) -> None:
        """Notes what is odd about a value that is kept."""
        self.flags.append([f"{name}:{reason}", original])

    def json(self) -> str | None:
        """`props` as graph.tables.BATCH wants it, None when there are none."""
        if self.flags:
            self.values["flags"] = self.flags
        return orjson.dumps(self.values).decode() if self.values else None


class Description:
    """What a file's records say, gathered as rows and put into a sink a batch at a time.

    `record` begins one; its mentions and links follow; `undo` takes it back, so that a bad record leaves nothing.
    """

    def __init__(self, sink: Sink, observed_at: datetime) -> None:
        self._sink, self._observed_at = sink, observed_at
        self._rows: dict[Table, list[tuple[Any, ...]]] = {table: [] for table in _TABLES}
        self._mentions, self._links = self._rows["mentions"], self._rows["links"]
        self._texts = self._rows["texts"]
        self._marks = (0, 0, 0, 0)
        self.rec = -1
        self.rejected = 0
        self.leftovers: Counter[str] = Counter()

    @property
    def kept(self) -> int:
        return self.rec + 1

    def record(
        self,
        key: str,
        locator: str,
        raw: str,
        *,
        put: bool = True,
        timepoint: int = 0,
        observed_at: datetime | None = None,
    ) -> None:
        """Begins a record. key: stable in its source. raw: as received. observed_at: the file's, unless given."""
        rows = self._rows["records"]
        if len(rows) >= BATCH_ROWS:
            self.flush()
        self._marks = (len(rows), len(self._mentions), len(self._links), len(self._texts))
        self.rec += 1
        rows.append((self.rec, key, put, observed_at or self._observed_at, timepoint, locator, raw))

    def undo(self) -> None:
        """Takes back the record that was begun last and all it said."""
        for table, mark in zip(_TABLES, self._marks, strict=True):
            del self._rows[table][mark:]
        self.rec -= 1

    def reject(
        self, locator: str, field: str, value: str, reason: str, raw: str, remedy: str = REMEDY
    ) -> None:
        """Counts a record that cannot be read and keeps it with the rejects. reason and remedy: a sentence each; the
        field stands in the remedy for {field}."""
        self.rejected += 1
        self._sink.reject(Reject(locator, field, value, reason, remedy.format(field=field), raw))

    def mention(
        self,
        slot: str,
        kind: str,
        *,
        authority: int,
        caption: str | None = None,
        props: Properties | str | None = None,
        names: Sequence[str | None] = (),
        keys: Sequence[str | None] = (),
        facets: Sequence[str | None] = (),
        valid_from: str | None = None,
        valid_to: str | None = None,
        derived_by: str | None = None,
    ) -> None:
        """One mention of the record (graph.tables.BATCH). props: or their JSON. Missing names, keys and facets are
        left out, equal ones are kept once."""
        self._mentions.append(
            (
                self.rec, slot, kind, caption or "", authority, props.json() if isinstance(props, Properties) else props,
                _present(names), _present(keys), _present(facets), derived_by, valid_from, valid_to,
            )
        )  # fmt: skip

    def link(
        self,
        kind: str,
        from_slot: str,
        to_slot: str,
        *,
        role: str = "",
        valid_from: str | None = None,
        valid_to: str | None = None,
        props: dict[str, Any] | None = None,
    ) -> None:
        """One link of the record. props: by name, typed as the ontology says; None values are left out."""
        told = {name: value for name, value in props.items() if value is not None} if props else None
        text = orjson.dumps(told).decode() if told else None
        self._links.append((self.rec, kind, role, from_slot, to_slot, valid_from, valid_to, text))

    def text(
        self,
        slot: str,
        kind: str,
        body: str,
        *,
        author: str | None = None,
        room: str | None = None,
        sent_at: str | None = None,
        reply_to: str | None = None,
        language: str | None = None,
    ) -> None:
        """One text of the record (graph.tables.BATCH). author, room: slots of its mentions."""
        self._texts.append((self.rec, slot, kind, author, room, sent_at, body, reply_to, language))

    def flush(self) -> None:
        """Puts what is gathered into the sink."""
        for table in _TABLES:
            rows = self._rows[table]
            if rows:
                schema = BATCH[table]
                columns = [
                    pa.array(column, field.type)
                    for column, field in zip(zip(*rows, strict=True), schema, strict=True)
                ]
                self._sink.put(table, pa.record_batch(columns, schema=schema))
                rows.clear()
        self._marks = (0, 0, 0, 0)


def properties_of(kind: str) -> Properties:
    """Empty properties of an entity kind."""
    return Properties(kind)


def link_date(props: dict[str, Any], name: str, raw: str | None, by: str = "date") -> str | None:
    """A date of a link, cleaned; one that is unreadable or implausible is flagged in the link's props."""
    if raw is None:
        return None
    cleaned, flag = _reader(by)(raw)
    if flag:
        props.setdefault("flags", []).append(link_flag(name, flag, raw))
    return cleaned


def _present(values: Sequence[str | None]) -> tuple[str, ...]:
    # A tuple, as the garbage collector stops looking at tuples of texts: rows of lists cost it 40 % of the time.
    if len(values) <= 1:
        return (values[0],) if values and values[0] else ()
    return tuple(dict.fromkeys([value for value in values if value]))

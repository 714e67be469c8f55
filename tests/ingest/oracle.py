"""The slow, plain interpreter of mappings: one row at a time, straight from the words' documentation.

It shares the cleaners with the batch form (they are tested by themselves) and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graph.ontology import ontology
from ingest.cleaning import UNREADABLE, cleaner, read_value
from ingest.mapping import (
    Cleaned,
    Coalesce,
    Column,
    Concat,
    Constant,
    Expr,
    LinkMap,
    Lookup,
    Mapping,
    MentionMap,
    shown,
)

Row = dict[str, str]


class Rejected(Exception):
    """The row has no key, or lacks a required value."""


def describe(mapping: Mapping, row: Row) -> dict[str, Any]:
    """What one row comes to: its key, mentions and links; raises Rejected."""
    key = value(mapping.key, row)
    if key is None or any(value(expr, row) is None for _, expr in mapping.required):
        raise Rejected
    mentions = {
        m.slot: mention(m, row) for m in mapping.mentions if m.when is None or value(m.when, row) is not None
    }
    links = [
        link(each, row)
        for each in mapping.links
        if each.from_slot in mentions and each.to_slot in mentions
        if each.when is None or value(each.when, row) is not None
    ]
    return {"key": key, "mentions": list(mentions.values()), "links": links}


def value(expr: Expr | None, row: Row) -> str | None:
    """A value of a row, None when there is none or it cannot be read."""
    match expr:
        case None:
            return None
        case Column(name):
            return row[name].strip() or None
        case Constant(text):
            return text
        case Coalesce(values):
            return next((found for found in (value(v, row) for v in values) if found is not None), None)
        case Concat(values, separator, gaps):
            parts = [value(v, row) for v in values]
            if separator is None:
                return None if None in parts else "".join(part or "" for part in parts)
            if all(part is None for part in parts):
                return None
            return separator.join(part or "" for part in parts if gaps or part is not None)
        case Lookup() | Cleaned():
            return read(expr, row)[0]


def read(expr: Cleaned | Lookup, row: Row) -> tuple[str | None, str | None, str | None]:
    """(cleaned, flag's reason, original) of a cleaned value."""
    raw = value(expr.value, row)
    if raw is None:
        return None, None, None
    if isinstance(expr, Lookup):
        table = dict(expr.table)
        return (table[raw], None, raw) if raw in table else (None, UNREADABLE, raw)
    return (*read_value(expr.cleaner, cleaner(expr.cleaner), raw), raw)


def mention(of: MentionMap, row: Row) -> dict[str, Any]:
    """One mention, as a row of graph.tables.BATCH with its props as a dictionary."""
    types = ontology().kinds[of.kind].properties
    props: dict[str, list[list[str | None]]] = {}
    flags: list[list[str | None]] = []
    for prop in of.properties:
        for expr in prop.values:
            expr = expr if isinstance(expr, Cleaned | Lookup) else Cleaned(types[prop.name], expr)
            cleaned, flag, raw = read(expr, row)
            if flag is not None:
                flags.append([f"{prop.name}:{flag}", raw])
            if cleaned is not None:
                whole = isinstance(expr.value, Concat) or cleaned == raw
                props.setdefault(prop.name, []).append([cleaned, None if whole else raw])
    for name, end in (("valid_from", of.valid_from), ("valid_to", of.valid_to)):
        if isinstance(end, Cleaned):
            _, flag, raw = read(end, row)
            flags += [[f"{name}:{flag}", raw]] if flag else []
    if flags:
        props["flags"] = flags
    return {
        "slot": of.slot,
        "kind": of.kind,
        "caption": value(shown(of.kind, of.caption), row) or "" if of.caption else "",
        "authority": of.authority,
        "props": props,
        "names": once(value(shown(of.kind, name), row) for name in of.names),
        "keys": once(value(key, row) for key in of.keys),
        "facets": once(value(facet, row) for facet in of.facets),
        "derived_by": of.derived_by,
        "valid_from": value(of.valid_from, row),
        "valid_to": value(of.valid_to, row),
    }


def link(of: LinkMap, row: Row) -> dict[str, Any]:
    """One link, as a row of graph.tables.BATCH with its props as a dictionary."""
    types = ontology().links[of.kind].properties
    props: dict[str, Any] = {}
    flags: list[str] = []
    ends = [(name, end) for name, end in (("valid_from", of.valid_from), ("valid_to", of.valid_to))]
    for name, expr in (*of.properties, *((n, e) for n, e in ends if isinstance(e, Cleaned))):
        expr = expr if isinstance(expr, Cleaned | Lookup) else Cleaned(types[name], expr)
        cleaned, flag, raw = read(expr, row)
        if flag is not None:
            flags.append(f"{name}:{flag}={raw}" if flag == UNREADABLE else f"{name}:{flag}")
        if cleaned is not None and name in types:
            props[name] = typed(types[name], cleaned)
    if flags:
        props["flags"] = flags
    return {
        "kind": of.kind,
        "role": value(of.role, row) or "",
        "from_slot": of.from_slot,
        "to_slot": of.to_slot,
        "valid_from": value(of.valid_from, row),
        "valid_to": value(of.valid_to, row),
        "props": props,
    }


def typed(value_type: str, cleaned: str) -> object:
    """A link property's value as JSON would hold it."""
    if value_type == "boolean":
        return cleaned == "true"
    if value_type == "integer":
        return int(cleaned)
    return float(cleaned) if value_type == "number" else cleaned


def once(values: Iterable[str | None]) -> list[str]:
    """The values that are there, each once."""
    return list(dict.fromkeys(found for found in values if found is not None))

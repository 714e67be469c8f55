"""A graph as GraphML (http://graphml.graphdrawing.org/specification.html): one directed graph, its attributes typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from api.export import LINKS, NODES, link_rows, node_rows
from graph.reading.answers import Subgraph

_TYPES: Final = {"mentions": "int", "count": "int"}
_ENDS: Final = ("id", "source", "target")
# What XML 1.0 cannot hold, also as a reference: control characters, halves of surrogate pairs, two non-characters.
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def graphml(found: Subgraph) -> Iterator[str]:
    """The document, line by line. Link ids are edge ids; empty texts are left out."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield (
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns'
        ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
    )
    for prefix, target, names in (("n", "node", NODES), ("l", "edge", LINKS)):
        for name in names:
            if name not in _ENDS:
                kind = _TYPES.get(name, "string")
                yield f'  <key id="{prefix}_{name}" for="{target}" attr.name="{name}" attr.type="{kind}"/>\n'
    yield '  <graph id="G" edgedefault="directed">\n'
    for row in node_rows(found):
        yield f"    <node id={_attribute(row[0])}>{_data('n', NODES, row)}</node>\n"
    for row in link_rows(found):
        ends = f"source={_attribute(row[2])} target={_attribute(row[3])}"
        yield f"    <edge id={_attribute(row[0])} {ends}>{_data('l', LINKS, row)}</edge>\n"
    yield "  </graph>\n</graphml>\n"


def _data(prefix: str, names: tuple[str, ...], row: tuple[object, ...]) -> str:
    return "".join(
        f'<data key="{prefix}_{name}">{escape(_fit(value))}</data>'
        for name, value in zip(names, row, strict=True)
        if name not in _ENDS and value != ""
    )


def _attribute(value: object) -> str:
    return quoteattr(_fit(value))


def _fit(value: object) -> str:
    return _UNFIT.sub("\ufffd", str(value))

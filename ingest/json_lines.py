"""JSON lines, read strictly: every line an object, UTF-8, whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from graph.errors import Refused
from ingest.delimited import BOM
from ingest.describe import Description
from ingest.format import WHOLE, Sink

LONGEST = 16 << 20
"""Bytes of a line; no register writes one of a hundredth of that."""


def json_lines(
    path: Path, name: str, out: Description, sink: Sink
) -> Iterator[tuple[int, bytes, dict[str, Any]]]:
    """(line's number from 1, the line without its end, its object), blank lines left out.

    A line that is no JSON object is rejected. Raises Refused for bytes that are not UTF-8, a line over LONGEST and
    a last line that stops in the middle."""
    done = 0
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST):
            number += 1
            done += len(line)
            if number == 1:
                line = line.removeprefix(BOM)
            if not number % 10_000:
                sink.progress(done)
            if line.isspace():
                continue
            try:
                value = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                _explain(name, number, line, str(error))
                text = line.decode().strip()
                out.reject(
                    f"line {number}",
                    WHOLE,
                    text[:200],
                    f"The line is not JSON: {error}.",
                    text,
                )
                continue
            if not isinstance(value, dict):
                text = line.decode().strip()
                out.reject(
                    f"line {number}",
                    WHOLE,
                    text[:200],
                    "The line is not a JSON object.",
                    text,
                )
                continue
            yield number, line.rstrip(), value
    sink.progress(done)


def _explain(name: str, number: int, line: bytes, error: str) -> None:
    """Raises Refused when a line that is no JSON means that the file as a whole can't be trusted."""
    try:
        line.decode()
    except UnicodeDecodeError as wrong:
        raise Refused(
            f"{name}, line {number}: not UTF-8 text.", remedy="Get the file again, unconverted."
        ) from wrong
    if line.endswith(b"\n"):
        return
    if len(line) >= LONGEST:
        raise Refused(
            f"{name}, line {number}: longer than {LONGEST >> 20} MiB.", remedy="Is it another kind of file?"
        )
    raise Refused(
        f"{name}, line {number}: the file stops in the middle of a line ({error}).",
        remedy="Get the whole file and ingest it again.",
    )

"""Companies House's snapshot of persons with significant control: JSON lines with a counting trailer (formats.md 1.2).

Also single objects as the snapshot's lines or the API's bodies are, however they are laid out. A record's key is its
`links.self` with the company number cleaned, as in the stream.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

from graph.errors import InvalidValue, Refused
from graph.values import company_number, instant
from ingest.delimited import BOM
from ingest.describe import Description, Fields
from ingest.format import Basis, Input, Reading, Sink
from ingest.helpers.observed import missing, observed, part, plausible, stated
from ingest.helpers.psc import KINDS, STATEMENT, describe_psc, psc_key
from ingest.json_lines import LONGEST, json_lines

TRAILER = "totals#persons-of-significant-control-snapshot"
_KIND = re.compile(rb'"kind"\s*:\s*"(' + "|".join(sorted((*KINDS, re.escape(TRAILER)))).encode() + rb')"')
_TAIL = 64 << 10
_WHOLE = 64 << 20


class PscSnapshot:
    """Every current controller, statement and exemption; one that a complete snapshot lacks is withdrawn."""

    name = "companies-house-psc"
    title = "Companies House persons with significant control (JSON)"

    def sniff(self, head: bytes, name: str) -> bool:
        """By a JSON object whose data is of a controller's kind and that is no event of a stream."""
        if head.removeprefix(BOM).lstrip()[:1] != b"{" or b'"resource_kind"' in head:
            return False
        listing = b'"items_per_page"' in head and b"/persons-with-significant-control" in head
        return _KIND.search(head) is not None or listing

    def read(self, file: Input, sink: Sink) -> Reading:
        """See ingest.format.Format. observed_at: the trailer's generated_at, else the day in the file's name."""
        trailer = _trailer(file)
        when, basis = _observed(file, trailer)
        out = Description(sink, when)
        counts: Counter[str] = Counter()
        read = trailers = 0
        for locator, raw, value in _objects(file, out, sink):
            data = value.get("data")
            if isinstance(data, dict) and data.get("kind") == TRAILER:
                _take_trailer(value, out)
                trailers += 1
                continue
            read += 1
            kind = _describe(value, locator, raw, out)
            counts[_counted(kind)] += 1
        out.flush()
        read += out.rejected - counts.pop("rejected", 0)
        cut = "its trailer is not its last line" if trailers and trailer is None else ""
        counted = None if trailer is None else {name: str(trailer.get(name)) for name in _COUNTS}
        of_several = part(file, self.name, missing(out.rejected) or cut, dict(counts), counted)
        snapshot, notes = (
            ("NO", ()) if of_several else _completeness(file, counted, cut, counts, out.rejected)
        )
        return Reading(
            read, out.rejected, 0, basis, snapshot, "withdrawn", out.leftovers, notes, COVERS, of_several
        )


_COUNTS = ("persons_of_significant_control_count", "statements_count", "exemptions_count")
COVERS = "^/?company/[^/]+/(persons-with-significant-control|exemptions)"
"""The keys of controllers, statements and exemptions, beside which a source may hold companies and officers."""


def _describe(value: dict[str, Any], locator: str, raw: str, out: Description) -> str | None:
    """Describes one record and gives its kind, None when it was rejected."""
    record = Fields(value)
    begun = False
    try:
        number = company_number.clean(record.text("company_number") or "")
        data = record.inside("data")
        kind = data.peek("kind")
        path = str(data.peek("links", "self") or "")
        key, of = psc_key(path, kind == STATEMENT)
        if of != number:
            raise InvalidValue("data.links.self", path, f"a path of company {number}")
        out.record(key, locator, raw)
        begun = True
        describe_psc(number, data, out)
    except InvalidValue as error:
        if begun:
            out.undo()
        out.reject(locator, error.type_name, str(error.value)[:200], error.message, raw)
        return None
    out.leftovers.update(record.leftovers())
    return str(kind)


def _objects(file: Input, out: Description, sink: Sink) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(locator, raw text, {company_number, data}) of every record: of lines, or of one body laid out anyhow."""
    first = _first_line(file)
    if first.startswith(b"{") and first.endswith(b"}"):
        for number, line, value in json_lines(file.path, file.name, out, sink):
            if "data" in value or _BODY.isdisjoint(value):
                yield f"line {number}", line.decode(), value
                continue
            for locator, raw, body in _bodies(file.name, value, line.decode()):
                yield f"line {number}, {locator}", raw, body
        return
    if file.path.stat().st_size > _WHOLE:
        raise Refused(
            f"{file.name}: one JSON text of more than {_WHOLE >> 20} MiB; snapshots have a record a line."
        )
    try:
        text = file.path.read_bytes().removeprefix(BOM)
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refused(
            f"{file.name}: is not JSON: {error}.", remedy="Get the whole file and ingest it again."
        ) from error
    yield from _bodies(file.name, value, text.decode().strip())


def _first_line(file: Input) -> bytes:
    """The first line that is not blank, without white space around it."""
    with file.path.open("rb") as source:
        while line := source.readline(LONGEST):
            if text := line.removeprefix(BOM).strip():
                return text
    return b""


_BODY = frozenset({"items", "kind", "links"})
"""What the API's bodies have at their top, a list of controllers or one."""


def _bodies(name: str, value: Any, text: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The records of one JSON body: a snapshot's object, a list of controllers, or one controller."""
    if not isinstance(value, dict):
        raise Refused(f"{name}: is no JSON object.")
    if "data" in value:
        yield "record 1", text, value
        return
    listed = isinstance(value.get("items"), list)
    for index, item in enumerate(value["items"] if listed else [value], start=1):
        if not isinstance(item, dict):
            raise Refused(f"{name}: item {index} is no JSON object.")
        path = Fields(item).peek("links", "self") or ""
        match = re.match(r"/?company/([^/]+)/", str(path))
        number = match[1] if match else ""
        # Of a list, the item as compact JSON: the text between the items says nothing.
        raw = orjson.dumps(item).decode() if listed else text
        yield f"record {index}", raw, {"company_number": number, "data": item}


def _trailer(file: Input) -> dict[str, Any] | None:
    """The data of the trailer, which is the last line of a whole snapshot; None without one."""
    with file.path.open("rb") as source:
        source.seek(0, 2)
        source.seek(max(0, source.tell() - _TAIL))
        lines = source.read().rstrip().rsplit(b"\n", 1)
    try:
        value = orjson.loads(lines[-1])
    except orjson.JSONDecodeError:
        return None
    data = value.get("data") if isinstance(value, dict) else None
    return data if isinstance(data, dict) and data.get("kind") == TRAILER else None


def _observed(file: Input, trailer: dict[str, Any] | None) -> tuple[datetime, Basis]:
    try:
        made = instant.parse(str((trailer or {}).get("generated_at")), "UTC")
        when = datetime.fromisoformat(made.utc or "").astimezone(UTC)
        return (when, "trailer") if plausible(when) else observed(file)
    except InvalidValue:
        return observed(file)


def _take_trailer(value: dict[str, Any], out: Description) -> None:
    record = Fields(value)
    record.inside("data").ignore("kind", "generated_at", *_COUNTS)
    out.leftovers.update(record.leftovers())


def _counted(kind: str | None) -> str:
    """The trailer's count that a record of a kind falls under."""
    if kind is None:
        return "rejected"
    if kind == STATEMENT:
        return "statements_count"
    return "exemptions_count" if kind == "exemptions" else "persons_of_significant_control_count"


def _completeness(
    file: Input, counted: Mapping[str, str] | None, cut: str, counts: Counter[str], rejected: int
) -> tuple[Literal["COUNTED", "STATED", "NO"], tuple[str, ...]]:
    if cut:
        return "NO", (f"Not taken as complete: {cut}.",)
    if counted is None:
        several = counts.total() > 1 and not file.complete
        note = "Not taken as complete: there is no trailer with counts; is the file whole?"
        return ("NO", (note,)) if several else stated(file, rejected)
    wrong = [
        f"{name} {told}, read {counts[name]}" for name, told in counted.items() if told != str(counts[name])
    ]
    if wrong:
        return "NO", (f"Not taken as complete: the trailer says {'; '.join(wrong)}.",)
    return "COUNTED", ()


FORMAT = PscSnapshot()

"""Saved pages of a map's place search: Azure Maps, and TomTom, whose shape it has (formats.md 3), in the row form.

A file is one page, an array of pages, or a page a line; results without their page are taken too. One record a result,
keyed by the listing's id: tiles overlap, and the same listing is the same record in each. It meets its namesake at the
same point too, as ids differ between releases of a map. An error that was saved as a page is refused by its name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, Final

import orjson

from graph.errors import InvalidValue, Refused
from graph.values import clean_or_none
from ingest.delimited import BOM
from ingest.describe import Description, Fields
from ingest.format import Input, Reading, Sink
from ingest.helpers.listing import Place
from ingest.helpers.observed import observed, stated
from ingest.json_lines import LONGEST
from ingest.json_values import json_values

MOST: Final = 100
"""Results that the map gives of any search, however many there are: a search that has as many was cut."""
_NOTES: Final = 10
"""Searches that are named in notes of a kind; the others are counted."""

_PAGE = re.compile(rb'"(numResults|totalResults|queryType)"\s*:')
_OLD_ID = re.compile(r"[A-Z]{2}/POI/p[0-9]+/[0-9]+")
_RESULT = re.compile(rb'"poi"\s*:\s*\{')
_ERROR = re.compile(rb'\s*\{.*"(error|errorText|detailedError|httpStatusCode)"\s*:.*\}\s*', re.DOTALL)


class MapListings:
    """Places of business as a map's search lists them."""

    name = "map-listings"
    title = "Saved map searches (Azure Maps, TomTom; JSON)"

    def sniff(self, head: bytes, name: str) -> bool:
        """By a page's summary, a place's members, or by being nothing but an error."""
        text = head.removeprefix(BOM).lstrip()
        if text[:1] not in (b"{", b"["):
            return False
        if _error(text) is not None:
            return True
        page = b'"results"' in text and b'"summary"' in text and _PAGE.search(text) is not None
        return page or (_RESULT.search(text) is not None and b'"position"' in text)

    def read(self, file: Input, sink: Sink) -> Reading:
        """See ingest.format.Format. observed_at: the day in the file's name, else the clock."""
        error = _error(file.head.removeprefix(BOM))
        if error is not None:
            raise Refused(f"{file.name}: the map answered with an error: {error}.", remedy="Ask it again.")
        when, basis = observed(file)
        out = Description(sink, when)
        contested = _contested(file)
        pages = _Pages(out, contested)
        for value, raw, place, _ in _values(file, pages):
            pages.tell(value, raw, place)
        out.flush()
        sink.progress(file.path.stat().st_size)
        snapshot, notes = stated(file, out.rejected)
        if snapshot == "STATED" and pages.cut:
            snapshot, notes = "NO", ("Not taken as complete: a search in it was cut.",)
        skipped = pages.skipped.total()
        return Reading(
            out.kept + out.rejected + skipped, out.rejected, skipped, basis, snapshot, "withdrawn", out.leftovers,
            (*pages.notes(), *_few(
                [f"{key}: several listings of that name at that point, told apart by their numbers or ids." for key in sorted(contested)]
            ), *notes),
        )  # fmt: skip


class _Pages:
    """The pages of a file being told: which searches they are of, and what these had to leave out."""

    def __init__(self, out: Description, contested: Collection[str]) -> None:
        self._out, self._contested = out, contested
        self.skipped: Counter[str] = Counter()
        self._given: Counter[str] = Counter()
        self._total: dict[str, int] = {}

    def summary(self, value: Any) -> None:
        """A page's summary: which search, how many results are here and in all."""
        if not isinstance(value, dict):
            return
        summary = Fields(dict(value))
        # How long it took, how it was meant, and whether spelling was forgiven.
        summary.ignore("queryType", "queryTime", "fuzzyLevel", "offset")
        where = summary.inside("geoBias")
        at = [where.take("lat"), where.take("lon")]
        search = f"{summary.text('query') or 'a search without words'!s}"
        if None not in at:
            search += f" near {at[0]},{at[1]}"
        here, total = summary.take("numResults"), summary.take("totalResults")
        self._given[search] += here if type(here) is int else 0
        if type(total) is int:
            self._total[search] = max(total, self._total.get(search, 0))
        self._out.leftovers.update(f"summary.{name}" for name in summary.leftovers())

    def tell(self, value: Any, raw: str, place: int) -> None:
        """One result as a record, or a reject of it."""
        out = self._out
        begun = out.rec
        try:
            if not isinstance(value, dict):
                raise InvalidValue("result", raw[:80], "an object")
            if "error" in value and "poi" not in value:
                error = _told(value["error"]) or raw[:200]
                raise InvalidValue("error", error, "a page: the map answered with an error")
            kind = value.get("type")
            if kind not in (None, "POI") and "poi" not in value:
                # A street or a town, which a search for words finds beside places.
                self.skipped[str(kind)] += 1
                return
            result = Fields(value)
            found = Place(result, self._contested)
            out.record(found.key, found.locator, raw)
            found.describe(out)
        except InvalidValue as error:
            if out.rec > begun:
                out.undo()
            where = f"result {place}"
            out.reject(where, error.type_name, str(error.value or "")[:200], error.message, raw)
            return
        out.leftovers.update(result.leftovers())

    @property
    def cut(self) -> list[str]:
        """The searches that had as many results as the map gives of any."""
        return [
            search for search, total in self._total.items() if total >= MOST or self._given[search] >= MOST
        ]

    def notes(self) -> list[str]:
        """What the counts do not say: searches that were cut or are not all here, and what was skipped."""
        told = [f"Skipped results of type {kind}: {count:,}." for kind, count in sorted(self.skipped.items())]
        cut = self.cut
        told += _few(
            [
                f"Capped tile: {search!r} has {MOST} results or more, and the map gives no more: split it."
                for search in cut
            ]
        )
        short = [(s, t) for s, t in self._total.items() if s not in cut and self._given[s] < t]
        return told + _few(
            [f"{search!r}: {self._given[search]} of its {total} results are here." for search, total in short]
        )


def _contested(file: Input) -> set[str]:
    """The points at which one name stands under several numbers in the file, or under several ids of one form in one page
    without a number that they share: a look at the whole file before anything is told of it."""
    phones: dict[str, set[str]] = {}
    held: dict[tuple[int, str, bool], dict[str, str | None]] = {}
    for value, _, _, page in _values(file, None):
        if not isinstance(value, dict) or not isinstance(value.get("poi"), dict):
            continue
        try:
            found = Place(Fields(dict(value)))
        except InvalidValue:
            continue
        point, phone = found.point_key, clean_or_none("phone", found.phone)
        if point and phone:
            phones.setdefault(point, set()).add(phone)
        if point and page and found.id:
            # Ids of two releases of the map in one page may be one place's.
            of_old = _OLD_ID.fullmatch(found.id) is not None
            held.setdefault((page, point, of_old), {})[found.id] = phone
    numbers = {point for point, told in phones.items() if len(told) > 1}
    return numbers | {
        point
        for (_, point, _), ids in held.items()
        if len(ids) > 1 and (None in ids.values() or len(set(ids.values())) > 1)
    }


def _few(notes: list[str]) -> list[str]:
    more = len(notes) - _NOTES
    return [*notes[:_NOTES], f"And {more:,} more searches like these."] if more > 0 else notes


def _values(file: Input, pages: _Pages | None) -> Iterator[tuple[Any, str, int, int]]:
    """(result, as received, its place in the file from 1, its page from 1, 0 without one); summaries go to pages.

    Raises Refused as json_values does."""
    place = 0
    for value, raw, page in _pages(file):
        if raw is not None:
            place += 1
            yield value, raw, place, page
            continue
        if pages is not None:
            pages.summary(value.get("summary"))
        for result in value.get("results") or ():
            place += 1
            yield result, orjson.dumps(result).decode(), place, page


def _pages(file: Input) -> Iterator[tuple[Any, str | None, int]]:
    """Pages, (page, None, its number from 1), and what is none, a result or an error, with its text and its page's number:
    that of the file's one page, else 0."""
    number = 1
    for value, raw, inside in _elements(file):
        page = isinstance(value, dict) and isinstance(value.get("results"), list)
        yield value, None if page else raw, number if page or inside else 0
        number += page


def _elements(file: Input) -> Iterator[tuple[Any, str | None, bool]]:
    """(what it means, as received, whether it stands in the file's one page); of that page's summary no text."""
    if _a_line_each(file):
        with file.path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.isspace():
                    yield _line(file.name, number, line), line.decode().strip(), False
        return
    for element in json_values(file.path, file.name):
        if element.member == "results":
            yield element.value, element.raw, True
        elif element.member == "summary":
            yield {"summary": element.value}, None, True
        elif element.member is None:
            yield element.value, element.raw, False


def _a_line_each(file: Input) -> bool:
    """Whether the first line is a whole object: a page a line, or a single page without line ends."""
    with file.path.open("rb") as lines:
        first = lines.readline(LONGEST)
    try:
        return isinstance(orjson.loads(first.removeprefix(BOM)), dict)
    except orjson.JSONDecodeError:
        return False


def _line(name: str, number: int, line: bytes) -> Any:
    """What a line means; its text where it is no JSON, to be rejected. Raises Refused as json_lines does."""
    try:
        return orjson.loads(line.removeprefix(BOM) if number == 1 else line)
    except orjson.JSONDecodeError as error:
        try:
            line.decode()
        except UnicodeDecodeError as wrong:
            raise Refused(f"{name}, line {number}: not UTF-8 text.", remedy="Get the file again.") from wrong
        if not line.endswith(b"\n"):
            raise Refused(
                f"{name}, line {number}: the file stops in the middle of a line ({error}).",
                remedy="Get the whole file and ingest it again.",
            ) from error
        return line.decode()


def _error(head: bytes) -> str | None:
    """What a file that is nothing but an error says, None of any other."""
    if _ERROR.fullmatch(head) is None:
        return None
    try:
        body = orjson.loads(head)
    except orjson.JSONDecodeError:
        return None
    return (
        _tomtom(body)
        if body.keys() <= _TOMTOM
        else _told(body["error"])
        if body.keys() == {"error"}
        else None
    )


def _told(error: Any) -> str | None:
    if not isinstance(error, dict) or "code" not in error:
        return None
    return ": ".join(str(error[name]) for name in ("code", "message") if error.get(name))


_TOMTOM: Final = frozenset({"errorText", "detailedError", "httpStatusCode"})


def _tomtom(body: dict[str, Any]) -> str | None:
    """TomTom's own errors: {"errorText", "detailedError": {"code", "message", …}, "httpStatusCode"}, or some of them."""
    status, text = body.get("httpStatusCode"), body.get("errorText")
    detailed = _told(body.get("detailedError"))
    return ": ".join(str(part) for part in (status, text if text else detailed) if part) or None


FORMAT = MapListings()

"""Flight files: the bulk list of all legs, and what the feeds for a few airports say about the same legs."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final, TextIO

from . import story
from .airports import write_airports
from .flight_rows import FLIGHTLIST_HEADER, fids, flight, flightlist_row, opensky, seen, sold_as
from .flights import Leg, fleet_size, legs
from .plan import Plan
from .truth import Truth

BOARDS: Final = {"EGCC": "movement", "EGPH": "legs", "EGBB": "2022", story.AIRFIELD: "movement"}
"""The airports whose feeds are kept, with the generation that their board is written in."""
WHOLE_MONTH: Final = 50
"""Above this many aircraft the feeds keep the first two days of a month, the most one call may ask for."""
LEG_COLUMNS: Final = "leg_id,icao24,registration,origin,destination,due_out,due_in,out,off,on,in,cancelled\n"


def write_flights(plan: Plan, out: Path, truth: Truth) -> dict[str, int]:
    """Write every flight file of a plan and `truth/legs.csv`; rows or flights by file name."""
    lines = {"airports.csv": write_airports(out / "airports.csv")}
    with (out / "truth" / "legs.csv").open("w", encoding="utf-8", newline="\n") as told:
        told.write(LEG_COLUMNS)
        for start, end in plan.windows():
            kept = _Kept(end if fleet_size(plan) <= WHOLE_MONTH else start + timedelta(days=2))
            name = f"flightlist_{start:%Y%m%d}_{end - timedelta(days=1):%Y%m%d}.csv"
            # The last month is still packed, as it was fetched.
            name += ".gz" if start == plan.months[-1] and len(plan.months) > 1 else ""
            with _text(out / name) as file:
                file.write(FLIGHTLIST_HEADER)
                lines[name] = 1 + _month(plan, (start, end), file, told, kept, truth)
            lines |= _write_feeds(out, start, kept, truth)
    return lines


class _Kept:
    """The legs that the airports' feeds are about, held for a month."""

    def __init__(self, until: date) -> None:
        self.until = datetime(until.year, until.month, until.day, tzinfo=UTC).timestamp()
        self.legs: list[Leg] = []
        self.tail: list[Leg] = []

    def offer(self, leg: Leg) -> None:
        if leg.due_out < self.until and (leg.origin in BOARDS or leg.destination in BOARDS):
            self.legs.append(leg)
        if leg.aircraft.registration == story.REGISTRATION or (
            leg.aircraft.index == 0 and leg.due_out < self.until
        ):
            self.tail.append(leg)


def _month(
    plan: Plan, window: tuple[date, date], file: TextIO, told: TextIO, kept: _Kept, truth: Truth
) -> int:
    flown = 0
    for leg in legs(plan, *window):
        told.write(_leg_row(leg))
        kept.offer(leg)
        if not leg.cancelled:
            file.write(flightlist_row(leg))
            truth.add("flightlist", _key(leg), "leg", "Flight", leg.id)
            flown += 1
    return flown


def _write_feeds(out: Path, start: date, kept: _Kept, truth: Truth) -> dict[str, int]:
    lines = {}
    for at, generation in BOARDS.items():
        here = [leg for leg in kept.legs if at in (leg.origin, leg.destination)]
        if not here:
            continue
        for direction, end in (("departures", "origin"), ("arrivals", "destination")):
            tracked = [leg for leg in here if getattr(leg, end) == at and not leg.cancelled]
            name = f"opensky_{direction}_{at}_{start:%Y%m%d}.json"
            lines[name] = _dump(out / name, [opensky(leg) for leg in tracked])
            _tell(truth, "opensky", ((_key(leg), leg) for leg in tracked))
        name = f"aerodatabox_fids_{at}_{start:%Y%m%d}.json"
        lines[name] = _board(out / name, here, at, generation, truth)
    for registration in sorted({leg.aircraft.registration for leg in kept.tail}):
        flown = [leg for leg in kept.tail if leg.aircraft.registration == registration]
        name = f"aerodatabox_flights_{registration}_{start:%Y%m%d}.json"
        lines[name] = _dump(out / name, [flight(leg) for leg in flown])
        _tell(truth, "aerodatabox", ((f"{name}#{place}", leg) for place, leg in enumerate(flown)))
    return lines


def _board(path: Path, here: list[Leg], at: str, generation: str, truth: Truth) -> int:
    body: dict[str, list[dict[str, Any]]] = {"departures": [], "arrivals": []}
    for leg in sorted(here, key=lambda leg: (leg.due_out, leg.id)):
        for seller in sold_as(leg):
            side = "departures" if leg.origin == at else "arrivals"
            truth.add("aerodatabox", f"{path.name}#{side}/{len(body[side])}", "leg", "Flight", leg.id)
            body[side].append(fids(leg, at, seller, generation))
    _dump(path, body)
    return sum(map(len, body.values()))


def _tell(truth: Truth, family: str, keyed: Iterable[tuple[str, Leg]]) -> None:
    for key, leg in keyed:
        truth.add(family, key, "leg", "Flight", leg.id)


def _key(leg: Leg) -> str:
    return f"{leg.aircraft.icao24}/{seen(leg)[0]}"


def _leg_row(leg: Leg) -> str:
    times = (leg.due_out, leg.due_in, leg.out, leg.off, leg.on, leg.home)
    shown = ",".join("" if moment is None else str(moment) for moment in times)
    craft = leg.aircraft
    return f"{leg.id},{craft.icao24},{craft.registration},{leg.origin},{leg.destination},{shown},{int(leg.cancelled)}\n"


def _dump(path: Path, body: list[dict[str, Any]] | dict[str, list[dict[str, Any]]]) -> int:
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    return len(body)


@contextmanager
def _text(path: Path) -> Iterator[TextIO]:
    """A text file for writing, packed when its name ends with .gz; the packed bytes hold no clock and no name."""
    if path.suffix != ".gz":
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        return
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
        TextIOWrapper(packed, encoding="utf-8", newline="\n") as file,
    ):
        yield file

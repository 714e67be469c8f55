"""What a flight filter's texts mean as search terms: each cleaned by its value type, with the other ways to write it."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

from graph.errors import InvalidValue
from graph.values import airport_code, clean, country, flight_number, icao24, partial_date, registration


def airport_terms(field: str, code: str) -> tuple[str, ...]:
    """Terms of an airport by any of its codes: a flight carries those that its source gave."""
    return tuple(f"{field}:{name}" for name in sorted(airport_codes(code)))


def airport_codes(code: str) -> tuple[str, ...]:
    """A code as given and the airport's other one, from the frozen table: a source may have written either."""
    text = airport_code.clean(code)
    return tuple(dict.fromkeys((text, *_same().get(text, ()))))


def country_terms(field: str, text: str) -> tuple[str, ...]:
    """Terms of all airports of a country, from the frozen table: the same for every reader."""
    return tuple(f"{field}:{code}" for code in _airports_of(country.clean(text)))


def number_terms(text: str) -> tuple[str, ...]:
    """Terms of a flight number as sold."""
    return (f"number:{flight_number.clean(text)}",)


def aircraft_terms(text: str) -> tuple[str, ...]:
    """Terms of an aircraft by its 24-bit address or its registration, with the hyphen wherever it may stand."""
    names: set[str] = set()
    with suppress(InvalidValue):
        names.add(icao24.clean(text))
    try:
        sign = registration.clean(text)
        bare = sign.replace("-", "")
        # Nationality marks have one or two characters (ICAO Annex 7).
        names |= {sign, bare, *(f"{bare[:n]}-{bare[n:]}" for n in (1, 2) if len(bare) > n)}
    except InvalidValue:
        if not names:
            raise
    return tuple(f"aircraft:{name}" for name in sorted(names))


def period(first: str | None, last: str | None) -> tuple[str | None, str | None]:
    """(first day, last day) of a period given by days, months or years. InvalidValue when it ends before it begins."""
    start = None if first is None else _date("from", first).earliest.isoformat()
    end = None if last is None else _date("to", last).latest.isoformat()
    if start is not None and end is not None and end < start:
        raise InvalidValue("to", last, f"on or after {first}")
    return start, end


def _date(name: str, text: str) -> partial_date.PartialDate:
    try:
        return partial_date.parse(clean("partial_date", text))
    except InvalidValue as error:
        raise InvalidValue(
            name, text, "a day, month or year such as 2026-09-01 (airports: origin and destination)"
        ) from error


@lru_cache
def _same() -> dict[str, tuple[str, ...]]:
    import airportsdata

    pairs = [(icao, row["iata"]) for icao, row in airportsdata.load("ICAO").items() if row["iata"]]
    return {code: pair for pair in pairs for code in pair}


@lru_cache
def _airports_of(code: str) -> tuple[str, ...]:
    import airportsdata

    rows = [(icao, row["iata"]) for icao, row in airportsdata.load("ICAO").items() if row["country"] == code]
    return tuple(sorted({name for pair in rows for name in pair if name}))

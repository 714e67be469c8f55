"""Which times of two flight mentions may be compared (formats.md 2.7), as SQL over mentions x and y.

Like with like: a gate time with a gate time and an airborne time with an airborne time within 15 minutes, gate-out to
wheels-off and wheels-on to gate-in 0 to 60 minutes, a scheduled time with a scheduled one within 15.
"""

from __future__ import annotations

from typing import Final, NamedTuple

LIKE: Final = 15
TAXI: Final = 60
"""Minutes, both ends included: between like times, and between gate and air."""

# Bits, log2 of one over the chance that two unrelated mentions a day apart at most agree: 30 of 2,880 minutes lie
# within 15 of a given one, 60 within a taxi allowance.
LIKE_BITS: Final = 6.6
TAXI_BITS: Final = 5.6


class LikeTime(NamedTuple):
    """One comparison. x, y: SQL for each mention's time, NULL where it has none. minutes: SQL, the minutes between
    them in the order in which they happen; they agree when it is in low..high.

    observed: both happened, neither was only planned. binding: outside low..high they clash; else that says nothing.
    alike: both are of the same kind, so that of one aircraft and a clash two legs must be concluded.
    """

    name: str
    departure: bool
    x: str
    y: str
    minutes: str
    low: int
    high: int
    bits: float
    observed: bool = False
    binding: bool = False
    alike: bool = False

    @property
    def within(self) -> str:
        """SQL: true agrees, false is outside, NULL is not comparable."""
        return f"({self.minutes} BETWEEN {self.low} AND {self.high})"


def _between(first: str, then: str) -> str:
    return f"((epoch({then}) - epoch({first})) / 60)"


def _same_kind(name: str, departure: bool, x: str, y: str, **flags: bool) -> LikeTime:
    return LikeTime(name, departure, x, y, _between(x, y), -LIKE, LIKE, LIKE_BITS, **flags)


def _taxi(name: str, departure: bool, gate: str, air: str, **flags: bool) -> tuple[LikeTime, LikeTime]:
    """Gate of the one and air of the other, both ways round; both SQL with {m} for the mention."""
    found = []
    for of_gate, of_air in (("x", "y"), ("y", "x")):
        at_gate, in_air = gate.replace("{m}", of_gate), air.replace("{m}", of_air)
        minutes = _between(at_gate, in_air) if departure else _between(in_air, at_gate)
        x, y = (at_gate, in_air) if of_gate == "x" else (in_air, at_gate)
        found.append(LikeTime(name, departure, x, y, minutes, 0, TAXI, TAXI_BITS, **flags))
    return found[0], found[1]


def _end(departure: bool) -> list[LikeTime]:
    """The comparisons of one end of a leg, the most telling first: what happened, what was planned, what was seen."""
    if departure:
        end, gate, air, scheduled, expected = (
            "departure",
            "gate_out",
            "wheels_off",
            "scheduled_out",
            "expected_out",
        )
        seen = "first_seen"
    else:
        end, gate, air, scheduled, expected = "arrival", "gate_in", "wheels_on", "scheduled_in", "expected_in"
        seen = "last_seen"
    planned = f"coalesce({{m}}.{gate}, {{m}}.{expected}, {{m}}.{scheduled})"
    # Where coverage began in mid-air is no take-off: such a sighting can agree with one, and never clashes.
    x_aloft, y_aloft = (f"coalesce({m}.{air}, {m}.{seen})" for m in "xy")
    return [
        _same_kind(
            f"{end} gate", departure, f"x.{gate}", f"y.{gate}", observed=True, binding=True, alike=True
        ),
        _same_kind(f"{end} air", departure, f"x.{air}", f"y.{air}", observed=True, binding=True, alike=True),
        *_taxi(
            f"{end} gate and air", departure, f"{{m}}.{gate}", f"{{m}}.{air}", observed=True, binding=True
        ),
        _same_kind(f"{end} scheduled", departure, f"x.{scheduled}", f"y.{scheduled}", binding=True),
        # An estimate may have moved since: with another estimate, or what came of it, it can only agree.
        _same_kind(
            f"{end} expected",
            departure,
            f"coalesce(x.{expected}, x.{gate})",
            f"if(x.{gate} IS NULL OR y.{gate} IS NULL, coalesce(y.{expected}, y.{gate}), NULL)",
        ),
        *_taxi(
            f"{end} planned gate and sighting", departure, planned, f"coalesce({{m}}.{air}, {{m}}.{seen})"
        ),
        _same_kind(
            f"{end} sighting", departure, x_aloft, f"if(x.{air} IS NULL OR y.{air} IS NULL, {y_aloft}, NULL)"
        ),
    ]


LIKE_TIMES: Final = (*_end(True), *_end(False))

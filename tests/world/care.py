"""How carefully a value was written down, and how often: 20 % of values are missing, 15 % have a slip or a variant."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from random import Random
from typing import Final, Literal, TypeAlias

from .people import mistyped

State: TypeAlias = Literal["missing", "varied", "right"]

MISSING, VARIED = 0.20, 0.15


class Tally:
    """How often each field of a family was missing, varied or right."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, State]] = Counter()

    def draw(self, draw: Random, family: str, field: str, *, needed: bool = False) -> State:
        """What becomes of one value; one that is needed is never missing."""
        roll = draw.random()
        state: State = "missing" if roll < MISSING else "varied" if roll < MISSING + VARIED else "right"
        state = "right" if needed and state == "missing" else state
        self.counts[family, field, state] += 1
        return state

    def write(self, path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(("family", "field", "state", "count"))
            rows.writerows((*key, count) for key, count in sorted(self.counts.items()))


_WRITTEN: Final = (
    "{z}{a} {b}",
    "{z}{a}{b}",
    "+44 {a} {b}",
    "+44{a}{b}",
    "0044 {a} {b}",
    "+44 (0){a} {b}",
    "{z}{a}-{b}",
)


def dialled(draw: Random, number: str) -> str:
    """A British number in E.164 as somebody writes it; every form means the same number."""
    national = number.removeprefix("+44")
    cut = 2 if national.startswith("2") else 4 if national.startswith(("7", "1632")) else 3
    form = _WRITTEN[int(draw.random() * len(_WRITTEN))]
    return form.format(z="0", a=national[:cut], b=national[cut:])


def misdialled(draw: Random, number: str) -> str:
    """The number with one digit of its last six changed: somebody else's, if anybody's."""
    at = len(number) - 1 - int(draw.random() * 6)
    return number[:at] + str((int(number[at]) + 1 + int(draw.random() * 8)) % 10) + number[at + 1 :]


def email_varied(draw: Random, address: str) -> str:
    """The address in other letters, with a tag, without its stop, or with a slip."""
    local, _, host = address.partition("@")
    roll = draw.random()
    if roll < 0.4:
        return f"{local.capitalize()}@{host.title()}"
    if roll < 0.6:
        return f"{local}+home@{host}"
    return (
        f"{local.replace('.', '', 1)}@{host}"
        if roll < 0.8 and "." in local
        else f"{mistyped(draw, local)}@{host}"
    )

"""Networks for tests of algorithms: made from lists, drawn at random, and with communities planted."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from graph.reading.network import Network

Tie = tuple[int, int, float]


def made(size: int, ties: Sequence[Tie], *, kinds: Sequence[str] = ("Person",)) -> Network:
    """A network of numbered entities; entity n has the id n and the kind kinds[n % len(kinds)]; ties of one link kind."""
    ids = np.frombuffer(b"".join(n.to_bytes(16, "big") for n in range(size)), "V16")
    return Network(
        ids, np.arange(1, size + 1), np.arange(size) % len(kinds), tuple(kinds),
        np.array([t[0] for t in ties], np.int64), np.array([t[1] for t in ties], np.int64),
        np.zeros(len(ties), np.int64), ("KNOWS",), np.ones(len(ties), np.int64),
        np.array([t[2] for t in ties], np.float64),
    )  # fmt: skip


def drawn(seed: int, size: int = 60, ties: int = 140) -> Network:
    """Anything: weights from 0.25 to 8, several links between two, links to oneself, isolated entities, islands."""
    dice = random.Random(seed)
    live = dice.sample(range(size), size * 3 // 4)
    return made(
        size, [(dice.choice(live), dice.choice(live[: size // 3] if dice.random() < 0.5 else live), dice.choice((0.25, 1, 2, 8)))
               for _ in range(ties)],
    )  # fmt: skip


def planted(seed: int, groups: int = 12, each: int = 20, inside: float = 0.3, across: int = 120) -> Network:
    """Groups with many weighted links inside and few between them, and some isolated entities at the end."""
    dice = random.Random(seed)
    ties: list[Tie] = []
    for group in range(groups):
        first = group * each
        ties += [
            (a, b, dice.choice((1, 2, 3)))
            for a in range(first, first + each)
            for b in range(a)
            if b >= first and dice.random() < inside
        ]
    ties += [(dice.randrange(groups * each), dice.randrange(groups * each), 1) for _ in range(across)]
    return made(groups * each + 5, ties)

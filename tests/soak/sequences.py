"""Random sequences of ingests, judgements, undos and runs of the models, over small worlds of people who collide all the time.

Many worlds share a state, each with names, numbers and identifiers of its own, so that many sequences take minutes."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Final

from graph.evidence import mention_id
from graph.model import MentionId
from tests.graph.batches import R
from tests.graph.resolution.people import person

_SYLLABLES: Final = ("ba", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "za", "dri", "fle", "gro", "hun", "wex")  # fmt: skip
VERDICTS: Final = ("SAME", "SAME", "DIFFERENT", "DIFFERENT", "UNSURE")


@dataclass
class World:
    """What one sequence is about: a few records, each of a person. born: their mentions so far."""

    number: int
    secret: bytes
    born: list[MentionId] = field(default_factory=list)

    def record(self, chance: random.Random, source: str, day: int) -> R:
        """A record put anew, changed or retracted. day: of January 2020, when it was observed."""
        key = f"w{self.number}/r{chance.randrange(5)}"
        if chance.random() < 0.1:
            return R(key, f"2020-01-{day:02d}", put=False)
        mid = mention_id(self.secret, source, key, "person")
        if mid not in self.born:
            self.born.append(mid)
        one = self._somebody(chance, key, f"2020-01-{day:02d}")
        held = chance.sample(range(3), chance.choice((0, 0, 1, 1, 2)))
        keys = tuple(sorted(f"ch_person:GB-COH/{self.number:06d}{n:02d}" for n in held))
        return replace(one, mentions=(replace(one.mentions[0], keys=keys), *one.mentions[1:]))

    def _somebody(self, chance: random.Random, key: str, day: str) -> R:
        """One of two people of a family, told more or less fully and rightly: enough for a model to join, or to propose."""
        own = random.Random(self.number)
        family = "".join(own.choices(_SYLLABLES, k=4)).title()
        born = f"{own.randrange(1940, 2000)}-{own.randrange(1, 13):02d}"
        number = f"{self.number:05d}"

        def perhaps(share: float, *values: str) -> str:
            return chance.choice(values) if chance.random() < share else ""

        return person(
            key,
            chance.choice(("Anne", "Anne", "Anne Mary", "A.", "Arthur")),
            chance.choice((family, family, family, family[:3] + family[4:])),
            perhaps(0.8, born, f"{born}-09", f"{born}-09", f"{born}-10"),
            company=perhaps(0.6, f"1{number}01", f"1{number}02"),
            phone=perhaps(0.6, f"+4476{number}001", f"+4476{number}002"),
            postcode=perhaps(0.3, f"AB{self.number % 10} {self.number // 10 % 10}CD"),
            day=day,
            nationality=perhaps(0.5, "British", "Irish"),
        )

    def pairs(self, chance: random.Random, most: int) -> list[tuple[MentionId, MentionId, str]]:
        """Up to so many judgements (a < b, verdict), cyclic and contradicting ones among them: there are few to judge."""
        made = []
        for _ in range(chance.randrange(most + 1) if len(self.born) > 1 else 0):
            a, b = sorted(chance.sample(self.born, 2))
            made.append((a, b, chance.choice(VERDICTS)))
        return made


def batch(worlds: list[World], chance: random.Random, source: str, day: int) -> list[R]:
    """The records that one batch of a source brings of all worlds, each once."""
    found = {r.key: r for world in worlds for r in (world.record(chance, source, day) for _ in range(4))}
    return list(found.values())


def kinds(chance: random.Random, steps: int) -> list[str]:
    """What each of ten steps or more does: "ingest" first, then anything, with what was judged, undone and decided before and
    after; last an undo and a run of the models, so that both show."""
    rest = ["ingest", "ingest", "judge", "judge", "undo", "resolve", "resolve"]
    rest += chance.choices(("ingest", "judge", "undo", "resolve"), k=steps - len(rest) - 3)
    chance.shuffle(rest)
    return ["ingest", *rest, *chance.sample(["undo", "resolve"], 2)]

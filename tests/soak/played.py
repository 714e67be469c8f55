"""One directory's random steps, as an analyst and a robot would ask for them: a process that plays them until it is killed, and
the same history lived again from a ledger."""

from __future__ import annotations

import os
import random
import shutil
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Final, NamedTuple

from api import judging
from api.service import Service
from graph.access import AccessLabel
from graph.directory import Staged
from graph.errors import NotHeld, Refused
from graph.files import sha256
from graph.ledger import Line
from graph.model import MentionId
from graph.resolution import versions
from tests.api.asking import CASE
from tests.graph.batches import R, write_batch
from tests.soak.killing import die_in
from tests.soak.sequences import World, batch, kinds
from tests.soak.victim import opened

SECRET: Final = bytes.fromhex("ab" * 32)
LABELS: Final = {"a": AccessLabel(), "b": CASE, "c": CASE}
SOURCES: Final = ("a", "a", "b", "c")


class Script(NamedTuple):
    """So many steps over so many worlds. versions: folders of models' versions, one of which may be adopted; "" none."""

    seed: int
    worlds: int
    steps: int
    versions: tuple[str, ...]

    def until(self, step: int) -> tuple[list[str], list[World], list[R], str]:
        """(what each step does, the worlds after a step, the records it brings, of which source)."""
        worlds = [World(self.seed * self.worlds + n, SECRET) for n in range(self.worlds)]
        what = kinds(random.Random(self.seed), self.steps)
        records, source = list[R](), ""
        for n in range(step + 1):
            if what[n] == "ingest":
                chance = self.chance(n)
                source = chance.choice(SOURCES) if n else "a"
                records = batch(worlds, chance, source, n + 1)
        return what, worlds, records, source

    def chance(self, step: int) -> random.Random:
        """The dice of a step: its own, so that a step that is asked again throws the same."""
        return random.Random(f"{self.seed}/{step}")


def run(told: Connection, data: str, point: str, count: int, script: Script, begin: int) -> None:
    """Play the steps from one on and tell each that is acknowledged, with the head then; die as victim.opened has it."""
    left = [count]
    service = opened(data, "sqlite:///", point, left)
    if point == "call":
        die_in("graph", left)
    for step in range(begin, script.steps):
        play(service, script, step)
        told.send((step, int(service.directory.ledger.head())))
    told.close()


def play(service: Service, script: Script, step: int) -> None:
    """One step. What was done already by a process that was killed before it could tell is refused, or held; that is as well."""
    what, worlds, records, source = script.until(step)
    chance = script.chance(step)
    if chance.random() < 0.1:
        service.rebuild()
    if what[step] == "ingest":
        _ingest(service, records, source, f"{script.seed}/{step}")
    elif what[step] == "judge":
        _judge(service, worlds, chance)
    elif what[step] == "undo":
        _undo(service, chance)
    else:
        model = chance.choice(("", "", *script.versions))
        service.resolve(anew=chance.random() < 0.2, model=model)


def _ingest(service: Service, records: list[R], source: str, digest: str) -> None:
    staged = service.settings.data.with_name(f"staged-{digest.replace('/', '-')}-{os.getpid()}")
    write_batch(staged, records)
    service.directory.commit(Staged(staged, source, LABELS[source], "test", f"{source}.csv", digest, {}))


def _judge(service: Service, worlds: list[World], chance: random.Random) -> None:
    """Judgements in every world, in one call of each of two readers; and now and then somebody is taken out of an entity."""
    for reader, theirs in (("outsider", worlds[::3]), (None, worlds[1::3] + worlds[2::3])):
        if asked := [judging.Said(*one) for world in theirs for one in world.pairs(chance, 3)]:
            judging.judge_many(service, service.scope(reader), asked)
    if chance.random() < 0.5:
        with suppress(Refused, NotHeld):
            judging.unmerge(service, service.scope(None), [chance.choice(chance.choice(worlds).born)])


def _undo(service: Service, chance: random.Random) -> None:
    """Some of those that stand, however old; and now and then all that was said together with one."""
    standing = [j.id for j in service.directory.ledger.judgements() if j.undone is None]
    for one in chance.sample(sorted(standing), min(4, len(standing) // 2)):
        scope = service.scope(chance.choice((None, None, None, "outsider")))
        with suppress(NotHeld):
            judging.undo(service, scope, one, together=chance.random() < 0.25)


def lived_again(old: Service, new: Service, never: frozenset[str]) -> int:
    """Commit into an empty directory what another one's ledger tells, one revision for each of its own; gives how many.

    never: judgements that are not made, and so not taken back; an empty batch stands in. The models decide anew, and must
    come to the same decisions."""
    ledger = old.directory.ledger
    for line in ledger.lines():
        judged = [j for j in ledger.judgements() if j.revision == line.revision and j.id not in never]
        undone = [one for one in line.content.get("undone", ()) if one not in never]
        if line.kind == "ingest":
            _again(old, new, line)
        elif line.kind == "resolve":
            _decide_again(old, new, line)
        elif judged:
            said = [(MentionId(j.a), MentionId(j.b), j.verdict, j.note) for j in judged]
            made = new.directory.judge_many(lambda said=said: said, reader=judged[0].reader)
            assert {j.id for j in made} == {j.id for j in judged}
        elif undone:
            new.directory.undo(*undone)
        else:
            _ingest(new, [], "a", f"instead of {line.revision}")
        assert new.directory.ledger.head() == line.revision, line
    return int(ledger.head())


def _again(old: Service, new: Service, line: Line) -> None:
    evidence = old.directory.evidence.directory(line.revision)
    staged = new.settings.data.with_name(f"again-{line.revision}-{os.getpid()}")
    shutil.copytree(evidence, staged, ignore=shutil.ignore_patterns("manifest.json"))
    name = next(source.name for source in old.directory.ledger.sources() if source.id == line.source)
    digest = str(line.digest)
    new.directory.commit(Staged(staged, name, LABELS[name], "test", line.content["file"], digest, {}))


def _decide_again(old: Service, new: Service, line: Line) -> None:
    before = versions.adopted(new.directory.ledger.lines())
    held = dict(line.content.get("adopted", {}))
    adopted = next((name for name in {*before, *held} if before.get(name) != held.get(name)), "")
    model = str(old.settings.data / "models" / held[adopted]) if adopted in held else adopted
    new.resolve(anew=True, model=model)
    path = new.directory.decisions(line.revision)
    decided = sha256(path) if path.exists() else None
    assert decided == line.content.get("decisions"), line.revision

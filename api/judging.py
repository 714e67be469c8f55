"""What a reader decides: judgements made, several at once, taken back; mentions taken out of an entity.

What is hidden from the reader is as if it were not there, also to a judgement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from api.service import Service
from graph.access import Scope
from graph.directory import Asked
from graph.errors import ClewError, InvalidValue, NotHeld, Refused
from graph.ledger import Judgement
from graph.model import Entity, Mention, MentionId
from graph.resolution.supposing import Supposing, apart

MOST: Final = 100
"""Judgements in one call, and mentions taken out at once."""
BODIES: Final = frozenset({"Company", "Organisation"})
"""Kinds that one thing may be told as: a body is a Company where it is said to be on the register."""


@dataclass(frozen=True, slots=True)
class Said:
    """One judgement as it is asked for; ids as bytes."""

    a: bytes
    b: bytes
    verdict: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one came to: the judgement, and the SAME judgements that give way to it; or the argument and the error."""

    made: Judgement | None = None
    overrides: tuple[str, ...] = ()
    argument: str = ""
    error: ClewError | None = None


class Contradicted(Refused):
    """Standing judgements say the opposite."""

    code = "CONTRADICTED"


def judge_many(service: Service, scope: Scope, asked: Sequence[Said]) -> list[Outcome]:
    """Make those judgements that can be made, as one revision; each in the light of those before it."""
    if not 1 <= len(asked) <= MOST:
        raise InvalidValue("judgements", f"a list of {len(asked)}", f"1 to {MOST} of them")
    outcomes: list[Outcome] = []

    def plan() -> list[Asked]:
        outcomes.extend(_weighed(service, scope, asked))
        return [
            (MentionId(min(one.a, one.b)), MentionId(max(one.a, one.b)), one.verdict, one.note)
            for one, outcome in zip(asked, outcomes, strict=True)
            if not outcome.error
        ]

    made = iter(service.directory.judge_many(plan, reader=scope.name))
    return [one if one.error else Outcome(next(made), one.overrides) for one in outcomes]


def _weighed(service: Service, scope: Scope, asked: Sequence[Said]) -> Iterator[Outcome]:
    """What each would come to at the head, in the light of those before it."""
    view = service.view(scope)
    mids = sorted({mid for one in asked for mid in (one.a, one.b)})
    known = {m.mid: m for m in service.store.mentions(view, ids=mids)}
    standing = {
        (j.a, j.b, j.verdict): j.id for j in service.directory.ledger.judgements()
        if j.undone is None and j.label in view.labels
    }  # fmt: skip
    world = Supposing(service.store, view, mids)
    for one in asked:
        try:
            overrides = _admit(one, known, standing, world)
        except _Argument as error:
            yield Outcome(argument=error.name, error=error.error)
            continue
        first, second = sorted((one.a, one.b))
        standing[first, second, one.verdict] = "of this call"
        world.say(first, second, one.verdict)
        yield Outcome(overrides=overrides)


class _Argument(Exception):
    """An error of one argument; "" of all."""

    def __init__(self, name: str, error: ClewError) -> None:
        super().__init__(name)
        self.name, self.error = name, error


def _admit(
    one: Said, known: dict[bytes, Mention], standing: dict[tuple[bytes, bytes, str], str], world: Supposing
) -> tuple[str, ...]:
    """The SAME judgements that give way to a judgement; _Argument when it cannot be made."""
    for name, mid in (("a", one.a), ("b", one.b)):
        if mid not in known:
            error = NotHeld(f"There is no mention {mid.hex()}.", remedy="Give the id of one that stands.")
            raise _Argument(name, error)
    if one.a == one.b:
        raise _Argument("", Refused("A mention cannot be judged against itself."))
    first, second = sorted((one.a, one.b))
    if held := standing.get((first, second, one.verdict)):
        raise _Argument("", Refused(f"{one.verdict} already stands between these: judgement {held}."))
    if one.verdict == "DIFFERENT" and world.together(first, second):
        return tuple(
            sorted(p.id for p in world.judgements(first, second, "SAME") if not p.id.startswith("~"))
        )
    if one.verdict == "SAME":
        _admit_same(one, known[one.a].kind, known[one.b].kind, world)
    return ()


def _admit_same(one: Said, kind_a: str, kind_b: str, world: Supposing) -> None:
    if kind_a != kind_b and {kind_a, kind_b} != BODIES:
        raise _Argument("", Refused(
            f"A {kind_a} and a {kind_b} cannot be the same.", remedy="Judge two of one kind, or a Company and an Organisation."
        ))  # fmt: skip
    if world.together(one.a, one.b):
        return
    against = world.judgements(one.a, one.b, "DIFFERENT")
    if against:
        first, more = against[0], len(against) - 1
        name = "one of this call" if first.id.startswith("~") else first.id
        others = f", and {more} more" if more else ""
        raise _Argument("", Contradicted(
            f"These two entities are judged DIFFERENT: judgement {name} (between {first.a.hex()} and {first.b.hex()}{others}).",
            remedy="Undo it first.",
        ))  # fmt: skip


def undo(service: Service, scope: Scope, judgement: str, *, together: bool = False) -> tuple[list[str], int]:
    """Take a judgement back, or all that were made together with it; their ids and the revision.

    Only ones between mentions that the reader sees, and of a label they see. NotHeld when it does not stand."""
    view = service.view(scope)
    standing = {j.id: j for j in service.directory.ledger.judgements() if j.undone is None}
    held = standing.get(judgement)
    seen = [
        j for j in standing.values()
        if held and (j.id == held.id or (together and j.revision == held.revision))
        and j.label in view.labels and service.graph.known(view, [j.a, j.b])
    ]  # fmt: skip
    if judgement not in {j.id for j in seen}:
        raise NotHeld(f"Judgement {judgement!r} does not stand.", remedy="It was never made, or is undone.")
    ids = [j.id for j in seen]
    return ids, int(service.directory.undo(*ids))


@dataclass(frozen=True, slots=True)
class Unmerged:
    """Judgements made, of one revision; entities that the mentions and the rest are now."""

    made: tuple[Judgement, ...]
    taken: tuple[Entity, ...]
    rest: tuple[Entity, ...]


def unmerge(service: Service, scope: Scope, mids: Sequence[bytes], note: str = "") -> Unmerged:
    """Take mentions out of the entity that they are in. Refused when they are of several, or are all of it."""
    wanted = sorted(set(mids))
    if not 1 <= len(wanted) <= MOST:
        raise InvalidValue("mentions", f"a list of {len(wanted)}", f"1 to {MOST} mentions")
    before: list[Entity] = []

    def plan() -> list[Asked]:
        entity, ends = _parted(service, scope, wanted)
        before.append(entity)
        return [(MentionId(a), MentionId(b), "DIFFERENT", note) for a, b in ends]

    made = service.directory.judge_many(plan, reader=scope.name)
    after = service.view(scope)
    taken = {e.id: e for e in service.graph.entities(after, wanted) if e}
    anchors = [j.b if j.a in wanted else j.a for j in made]
    rest = {
        e.id: e for e in service.graph.entities(after, [before[0].id, *anchors]) if e and e.id not in taken
    }
    return Unmerged(made, tuple(taken.values()), tuple(rest.values()))


def _parted(
    service: Service, scope: Scope, wanted: Sequence[bytes]
) -> tuple[Entity, list[tuple[bytes, bytes]]]:
    """The entity that some mentions are in, and between whom to judge DIFFERENT (a < b) so that they are no longer."""
    view = service.view(scope)
    found = service.store.mentions(view, ids=wanted)
    if missing := sorted(set(wanted) - {m.mid for m in found}):
        raise NotHeld(f"There is no mention {missing[0].hex()}.", remedy="Give ids of mentions that stand.")
    places = [e for e in service.graph.located(view, [(m.comp, m.grp) for m in found]) if e]
    entity = places[0]
    if len({e.id for e in places}) > 1:
        raise Refused("These mentions are of several entities.", remedy="Take them out of one at a time.")
    said = apart(service.store, view, found, entity.groups)
    if not said:
        raise Refused("These mentions are all of their entity.", remedy="Leave some of it.")
    standing = {(j.a, j.b) for j in service.directory.ledger.judgements()
                if j.undone is None and j.verdict == "DIFFERENT" and j.label in view.labels}  # fmt: skip
    return entity, sorted({(min(one), max(one)) for one in said} - standing)

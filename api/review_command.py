"""`clew review`: proposals one by one, each judged by one key."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from api import judging
from api.service import Service
from api.settings import Settings
from graph.access import Scope
from graph.errors import ClewError, Usage
from graph.ontology import ontology
from graph.resolution.reviews import Review, reviews, still
from graph.resolution.similar import REMEDIES, SAID, Obstacle, obstacle
from graph.resolution.why import Weighed, weigh

_OUT = Console()
_VERDICTS = {"s": "SAME", "d": "DIFFERENT", "u": "UNSURE"}
_AT_ONCE = 50
_HELP = "s same   d different   u unsure   k skip   z undo   q quit"


def review(settings: Settings, args: argparse.Namespace) -> int:
    """See commands.review."""
    if args.kind not in (None, *ontology().kinds):
        raise Usage(f"--kind: {args.kind!r} is no kind of entity. There are {', '.join(ontology().kinds)}.")
    service = Service(settings)
    try:
        _go_through(service, args.reader, args.kind, _keys())
    finally:
        service.close()
    return 0


def _go_through(service: Service, reader: str | None, kind: str | None, keys: Iterator[str]) -> None:
    """Until there is nothing left or no key comes. What was skipped comes no more."""
    scope = service.scope(reader)
    passed: set[str] = set()
    made: list[tuple[str, str]] = []
    queue: list[Review] = []
    while (one := _next(service, scope, kind, passed, queue)) is not None:
        _show(service, scope, one)
        key = next(keys, "q")
        if key == "q":
            break
        if key == "k":
            passed.add(one.pair.id)
        elif key == "z":
            _undo(service, scope, made, passed)
            queue.clear()
        elif key in _VERDICTS:
            said = judging.Said(one.pair.a, one.pair.b, _VERDICTS[key])
            (outcome,) = judging.judge_many(service, scope, [said])
            if outcome.made is None:
                _OUT.print(f"Not made: {outcome.error}", markup=False)
                passed.add(one.pair.id)
            else:
                made.append((outcome.made.id, one.pair.id))
                passed.add(one.pair.id)
                _OUT.print(f"{_VERDICTS[key]}: judgement {outcome.made.id}", markup=False)
        else:
            _OUT.print(_HELP, markup=False)
    else:
        _OUT.print("Nothing is left to review.")
    _OUT.print(f"{len(made)} judged.")


def _undo(service: Service, scope: Scope, made: list[tuple[str, str]], passed: set[str]) -> None:
    """Take the last judgement of this session back, and show what it was about again."""
    if not made:
        _OUT.print("There is nothing to undo.")
        return
    judgement, pair = made.pop()
    try:
        judging.undo(service, scope, judgement)
    except ClewError as error:
        _OUT.print(f"Not undone: {error}", markup=False)
        return
    passed.discard(pair)
    _OUT.print(f"Undone: judgement {judgement}", markup=False)


def _next(
    service: Service, scope: Scope, kind: str | None, passed: set[str], queue: list[Review]
) -> Review | None:
    """The first that is open. queue: those to come, changed here: all are put in order anew only when it is empty."""
    view = service.view(scope)
    queue[:] = [one for one in still(service.store, view, queue, kind) if one.pair.id not in passed]
    if not queue:
        lines = service.directory.ledger.lines()
        files = [
            service.directory.decisions(line.revision) for line in lines
            if line.revision <= view.revision and line.content.get("decisions")
        ]  # fmt: skip
        found = reviews(service.store, view, files, kind, None, len(passed) + _AT_ONCE)
        queue[:] = [one for one in found.reviews if one.pair.id not in passed]
    return queue[0] if queue else None


def _show(service: Service, scope: Scope, one: Review) -> None:
    view = service.view(scope)
    found = {m.mid: m for m in service.store.mentions(view, ids=sorted((one.pair.a, one.pair.b)))}
    weighed = weigh(service.store, view, found[one.pair.a], found[one.pair.b], service.models(view.revision))
    _OUT.print(f"{one.a.kind}: {one.a.caption} ({one.a.mention_count})  –  {one.b.caption} ({one.b.mention_count})", markup=False)  # fmt: skip
    lacks = obstacle(one.pair, service.models(view.revision))
    if weighed is not None:
        _OUT.print(_waterfall(weighed, lacks))
    _OUT.print(
        f"{_words(lacks).capitalize()}. What would change it: {REMEDIES[lacks.code]}",
        markup=False,
        soft_wrap=True,
    )
    _OUT.print(f"impact {one.impact}   {_HELP}", markup=False)


def _words(lacks: Obstacle) -> str:
    """Why a proposal is no more than that."""
    return f"not joined: {lacks.detail if lacks.code == 'CONTRADICTION' else SAID[lacks.code]}"


def _waterfall(weighed: Weighed, lacks: Obstacle) -> Table:
    table = Table("", "a", "b", "level", "bits")
    table.add_row("prior", "", "", "", f"{weighed.prior:+.1f}")
    for one in weighed.comparisons:
        if one.bits:
            table.add_row(one.name, " ".join(one.a), " ".join(one.b), one.level, f"{one.bits:+.1f}")
    table.add_row("all in all", "", "", f"SAME from {weighed.accept:.1f}", f"{weighed.bits:+.1f}")
    table.add_row("a proposal", "", "", _words(lacks), "")
    return table


def _keys() -> Iterator[str]:
    """Keys as they are pressed, or, where stdin is no terminal, its characters one by one; spaces and line ends say nothing."""
    if not sys.stdin.isatty():
        while key := sys.stdin.read(1):
            if not key.isspace():
                yield key.lower()
        return
    import termios
    import tty

    held = termios.tcgetattr(sys.stdin)
    while True:
        try:
            tty.setcbreak(sys.stdin)
            key = sys.stdin.read(1).lower()
        finally:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, held)
        if not key:
            return
        yield key

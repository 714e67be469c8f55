"""Generations: one filling of the store in one slot; how it follows deltas, is begun, switched and dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

import cypher
from graph.errors import Busy, Corrupt, NotHeld, Replaced
from graph.model import Revision
from graph.store.neo4j.loading import START, Write, ends, puts, units
from graph.store.neo4j.server import Run, Server

_INDEX_SECONDS: Final = 24 * 3600
"""How long indexes may take to build: a bound for a server that hangs, not a target."""


VERSION: Final = 2
"""Of the labels, properties and indexes that a generation is filled with. One of another version is rebuilt."""


@dataclass(frozen=True, slots=True)
class Generation:
    """number: never used again. slot: 1 or 2, the suffix of its labels."""

    number: int
    slot: int


def current(server: Server) -> Generation:
    """The generation that the server's URL opens; an empty first one is made on an empty server."""
    row = server.read("generation_current")
    if row is None:
        server.command("generation_constraint")
        server.write(lambda run: _none(run("generation_first", version=VERSION)))
        row = server.read("generation_current")
    if row is None:
        raise Corrupt(
            "The Neo4j server holds no current generation.", remedy="Rebuild the store: `clew rebuild`."
        )
    generation = Generation(*row)
    server.command("constraint_component", generation.slot)
    return generation


def begin(server: Server, beside: Generation) -> Generation:
    """An empty generation in the other slot; whatever was left there is dropped."""
    slot = 3 - beside.slot
    # Forgotten first, so that whoever still fills it can write no more while its rows are dropped.
    server.write(lambda run: _none(run("generation_forget_others")))
    _drop(server, slot)
    server.command("constraint_component", slot)
    numbers: list[int] = []

    def work(run: Run) -> None:
        run("generation_forget_others")  # what a first try with a commit of unknown outcome may have made
        row = run("generation_begin", slot=slot, version=VERSION)
        if row is None:
            raise replaced()
        numbers.append(row[0])

    server.write(work)
    return Generation(numbers[-1], slot)


def switch(server: Server, old: Generation, new: Generation) -> None:
    """Make `new` current in one write, then drop the rows of `old`."""

    def work(run: Run) -> None:
        row = run("generation_switch", old=old.number, new=new.number)
        # After a commit of unknown outcome the first try may have done it.
        if row != [1] and run("generation_current") != [new.number, new.slot]:
            raise replaced()

    server.write(work)
    _drop(server, old.slot)


def replaced() -> Replaced:
    """What a read gets whose generation is not there any more."""
    return Replaced("The store was rebuilt since it was opened.", remedy="Open it again.")


def state(server: Server, generation: Generation) -> tuple[int, list[int], bool]:
    """(head, cursor, indexed). Replaced when the generation is there no more, Corrupt when another version of this
    program filled it."""
    row = server.read("generation_state", generation=generation.number)
    if row is None:
        raise replaced()
    head, cursor, indexed, version = row
    if version != VERSION:
        raise Corrupt(
            f"The Neo4j store at {server.address} has schema version {version}, this program reads {VERSION}.",
            remedy="Run `clew rebuild`.",
        )
    return head, cursor, indexed


def follow(server: Server, generation: Generation, delta: Path, revision: Revision) -> None:
    """Apply one delta (the port's `apply`): units of rows, each with the cursor in one transaction, then the head.

    Indexes other than the components' are made when the first delta's rows are in: filling them at once takes
    a fraction of the time, and before that nobody can read."""
    head, cursor, indexed = state(server, generation)
    if revision <= head:
        return
    if revision != head + 1:
        raise NotHeld(
            f"Revision {revision} can't be applied to a store at revision {head}.",
            remedy="Apply the revisions between them first.",
        )
    start = (cursor[1], cursor[2]) if cursor[0] == revision else START
    follower = _Follower(server, generation, revision, list(cursor))
    if indexed:
        follower.write(chain(puts(delta, start), ends(delta, start)))
    else:
        follower.write(puts(delta, start), last=False)
        server.write(lambda run: _index(run, generation.slot))
        server.command("await_indexes", seconds=_INDEX_SECONDS)
        server.write(lambda run: _none(run("generation_indexed", generation=generation.number)))
        follower.write(ends(delta, start))


def _index(run: Run, slot: int) -> None:
    """All indexes in one transaction: made so they took a third less processor time than one after the other."""
    for name in cypher.names("index_"):
        run(name, slot)


@dataclass(slots=True)
class _Follower:
    """Writes a delta's units. cursor: [revision, step, rows] as the generation has it."""

    server: Server
    generation: Generation
    revision: Revision
    cursor: list[int]

    def write(self, writes: Iterable[Write], *, last: bool = True) -> None:
        """All writes; when they are the last ones the head moves with the last unit."""
        held: list[Write] | None = None
        for unit in units(writes):
            if held is not None:
                self._commit(held, last=False)
            held = unit
        if held is not None or last:
            self._commit(held or [], last=last)

    def _commit(self, unit: list[Write], *, last: bool) -> None:
        after = [self.revision, *unit[-1].position] if unit else [self.revision, *self.cursor[1:]]

        def work(run: Run) -> None:
            number = self.generation.number
            if run("apply_cursor", generation=number, before=self.cursor, after=after) != [1]:
                now = run("generation_state", generation=number)
                if now is None:
                    raise replaced()
                if now[1] != after:
                    raise Busy("Another process applies deltas to this Neo4j store.", remedy="Let it finish.")
                return  # a commit whose outcome was unknown had gone through
            for write in unit:
                row = run(write.statement, self.generation.slot, revision=self.revision, rows=write.rows)
                if row != [len(write.rows)]:
                    raise Corrupt(
                        f"{write.statement} of revision {self.revision} met {row and row[0]} rows of the"
                        f" {len(write.rows)} it names.",
                        remedy="Rebuild the store: `clew rebuild`.",
                    )
            if last:
                run("apply_head", generation=number, revision=self.revision)

        self.server.write(work)
        self.cursor = after


def wipe(server: Server) -> None:
    """Leave nothing of any generation on the server."""
    server.command("generation_forget_all")
    for slot in (1, 2):
        _drop(server, slot)


def _drop(server: Server, slot: int) -> None:
    """Indexes first: rows go faster without them."""
    for name in cypher.names("index_"):
        server.command("drop_index", name=f"{name}_{slot:d}")
    server.command("drop_links", slot)
    server.command("drop_rows", slot)
    server.command("drop_constraint", name=f"constraint_component_{slot:d}")


def _none(_row: object) -> None:
    """Statements without an answer, as work for a transaction."""

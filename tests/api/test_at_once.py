"""What two processes ask for at the same moment comes one after the other: the second is weighed in the light of the first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from api import judging
from api.judging import Contradicted, Said
from api.service import Service
from graph import directory
from graph.resolution.models import PERSON
from tests.api.asking import commit
from tests.graph.resolution.people import person
from tests.graph.resolution.test_resolve import entities, ids, officers
from tests.graph.resolution.test_versions import strict

Doing = Callable[[Service], Any]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch, opened: Callable[[str], Service]) -> Callable[..., Any]:
    """Runs two things, each by a service of its own, that both come to the lease before either has it; the first gets it
    first. Gives what the two came to."""

    def run(prepare: Doing, first: Callable[[Any], Doing], second: Callable[[Any], Doing]) -> tuple[Any, Any]:
        service = opened("data")
        known = prepare(service)
        other = Service(service.settings)
        lease, arrived, done = directory.lease, threading.Barrier(2), threading.Event()
        told: dict[str, Any] = {}
        waiting = {"first", "second"}

        @contextmanager
        def arriving(path: Path, **more: Any) -> Iterator[None]:
            me = threading.current_thread().name
            if me in waiting:
                waiting.remove(me)
                arrived.wait(60)
                if me == "second":
                    assert done.wait(60)
            with lease(path, **more):
                yield

        def work(name: str, doing: Doing, by: Service) -> None:
            try:
                told[name] = doing(by)
            finally:
                if name == "first":
                    done.set()

        with monkeypatch.context() as patched:
            patched.setattr(directory, "lease", arriving)
            pair = [
                threading.Thread(target=work, args=args, name=args[0])
                for args in (("first", first(known), service), ("second", second(known), other))
            ]
            for thread in pair:
                thread.start()
            for thread in pair:
                thread.join()
        told["service"] = service
        other.close()
        return told["first"], told["second"], service

    return run


def _two(service: Service) -> dict[str, str]:
    commit(service, "b", [person("x", "Ed", "Black"), person("y", "Ed", "Black")])
    return ids(service)


def _says(verdict: str) -> Callable[[dict[str, str]], Doing]:
    def of(known: dict[str, str]) -> Doing:
        said = Said(bytes.fromhex(known["x"]), bytes.fromhex(known["y"]), verdict)
        return lambda service: judging.judge_many(service, service.scope(None), [said])[0]

    return of


def test_of_a_different_and_a_same_at_once_the_same_is_refused(at_once: Callable[..., Any]) -> None:
    different, same, service = at_once(_two, _says("DIFFERENT"), _says("SAME"))
    assert (different.error, same.made) == (None, None)
    assert isinstance(same.error, Contradicted)
    assert different.made.id in str(same.error)
    assert [j.verdict for j in service.directory.ledger.judgements()] == ["DIFFERENT"]
    service.close()


def test_of_a_same_and_a_different_at_once_the_different_names_what_gives_way(
    at_once: Callable[..., Any],
) -> None:
    same, different, service = at_once(_two, _says("SAME"), _says("DIFFERENT"))
    assert different.overrides == (same.made.id,)
    assert entities(service)["x"] == {"x"}
    service.close()


def test_who_is_taken_out_is_out_of_what_was_joined_meanwhile(at_once: Callable[..., Any]) -> None:
    def three(service: Service) -> dict[str, str]:
        commit(service, "a", [person(f"s{n}", "Jo", "Smith", identifier="11112222") for n in range(2)])
        commit(service, "b", [person("x", "Ed", "Black")])
        return {"x": ids(service)["x"], "y": ids(service)["s0"]}

    def out(known: dict[str, str]) -> Doing:
        return lambda service: judging.unmerge(service, service.scope(None), [bytes.fromhex(known["y"])])

    _, unmerged, service = at_once(three, _says("SAME"), out)
    assert len(unmerged.made) == 2
    assert entities(service)["s0"] == {"s0"}
    service.close()


def test_a_run_decides_with_the_version_that_was_adopted_meanwhile(
    at_once: Callable[..., Any], tmp_path: Path
) -> None:
    new = strict(tmp_path / "strict")
    adopted, after, service = at_once(
        lambda service: commit(service, "officers", officers()),
        lambda _: lambda service: service.resolve(model=str(new)),
        lambda _: lambda service: service.resolve(anew=True),
    )
    assert (adopted["decided"], after["decided"]) == ({"UNSURE": adopted["decided"]["UNSURE"]}, {})
    assert PERSON.decider in service.directory.ledger.lines()[-1].content["adopted"]
    service.close()

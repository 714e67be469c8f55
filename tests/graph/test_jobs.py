"""Jobs: their states, who sees them, and what a killed process leaves."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
from pathlib import Path

import pytest

from graph.errors import NotHeld, Unreachable
from graph.jobs import Job, Jobs
from graph.model import LabelId

PUBLIC, CASE = LabelId(0), LabelId(1)


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(tmp_path / "ledger.db")


def _state(job: Job) -> tuple[str, int, int | None]:
    return job.state, job.done, job.total


def test_a_job_waits_runs_and_is_done_with_its_result(jobs: Jobs) -> None:
    job = jobs.start("analyse", {"algorithm": "leiden", "seed": 1}, [CASE, PUBLIC], "anna")
    assert _state(job) == ("WAITING", 0, None)
    assert (job.kind, job.parameters, job.labels) == (
        "analyse",
        {"algorithm": "leiden", "seed": 1},
        {PUBLIC, CASE},
    )
    jobs.progress(job.id, 3, 10)
    assert _state(jobs.get(job.id)) == ("RUNNING", 3, 10)
    done = jobs.finish(job.id, {"run": "r1"})
    assert _state(done) == ("DONE", 10, 10)
    assert done.result == {"run": "r1"}
    assert not done.live


def test_a_failed_job_says_why_with_the_errors_code(jobs: Jobs) -> None:
    job = jobs.start("analyse", {}, [PUBLIC], "anna")
    failed = jobs.fail(job.id, Unreachable("Neo4j does not answer.", remedy="Start it."))
    assert (failed.state, failed.code, failed.error) == (
        "FAILED",
        "UNREACHABLE",
        "Neo4j does not answer. Start it.",
    )
    assert jobs.fail(jobs.start("analyse", {}, [PUBLIC], "anna").id, ValueError("odd")).code == "ERROR"


def test_a_cancelled_job_stays_cancelled_whatever_its_worker_still_says(jobs: Jobs) -> None:
    job = jobs.start("enrich", {}, [PUBLIC], "anna")
    jobs.progress(job.id, 1, 4)
    assert not jobs.cancelled(job.id)
    assert jobs.cancel(job.id).state == "CANCELLED"
    assert jobs.cancelled(job.id)
    jobs.progress(job.id, 4, 4)
    assert _state(jobs.finish(job.id, {"n": 1})) == ("CANCELLED", 1, 4)
    assert jobs.fail(job.id, "late").state == "CANCELLED"


def test_cancelling_a_job_that_has_ended_changes_nothing(jobs: Jobs) -> None:
    job = jobs.start("enrich", {}, [PUBLIC], "anna")
    jobs.finish(job.id, {"n": 1})
    assert jobs.cancel(job.id).state == "DONE"


def test_progress_of_every_item_writes_few_times_but_always_the_last(jobs: Jobs) -> None:
    job = jobs.start("enrich", {}, [PUBLIC], "anna")
    for done in range(1, 20_001):
        jobs.progress(job.id, done, 20_000)
    assert _state(jobs.get(job.id)) == ("RUNNING", 20_000, 20_000)


def test_a_reader_sees_only_his_own_jobs_and_only_under_labels_he_may_see(jobs: Jobs) -> None:
    open_, dark = (
        jobs.start("analyse", {}, [PUBLIC], "anna"),
        jobs.start("analyse", {}, [PUBLIC, CASE], "anna"),
    )
    bens = jobs.start("enrich", {}, [PUBLIC], "ben")
    assert [job.id for job in jobs.list("anna", frozenset({PUBLIC, CASE}))] == [dark.id, open_.id]
    assert [job.id for job in jobs.list("anna", frozenset({PUBLIC}))] == [open_.id]
    assert jobs.list("anna", frozenset({PUBLIC, CASE}), kind="enrich") == ()
    assert jobs.seen(open_.id, "anna", frozenset({PUBLIC})).id == open_.id
    for id_ in (dark.id, bens.id, "nobody"):
        with pytest.raises(NotHeld, match=f"There is no job '{id_}'"):
            jobs.seen(id_, "anna", frozenset({PUBLIC}))


def test_a_jobs_id_does_not_depend_on_other_readers_jobs(tmp_path: Path) -> None:
    alone, crowded = Jobs(tmp_path / "alone.db"), Jobs(tmp_path / "crowded.db")
    for n in range(5):
        crowded.start("analyse", {"n": n}, [PUBLIC, CASE], "ben")
    ids = [[jobs.start("analyse", {}, [PUBLIC], "anna").id for _ in range(3)] for jobs in (alone, crowded)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 3


def _work_until_killed(path: Path, pipe: object) -> None:
    jobs = Jobs(path)
    job = jobs.start("enrich", {}, [PUBLIC], "anna")
    jobs.progress(job.id, 5, 10)
    pipe.send(job.id)  # type: ignore[attr-defined]
    signal.pause()


def test_a_job_whose_process_was_killed_is_interrupted_and_stays_so(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    here, there = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=_work_until_killed, args=(path, there))
    child.start()
    id_ = here.recv()
    jobs = Jobs(path)
    assert jobs.get(id_).state == "RUNNING"
    assert child.pid
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert _state(jobs.get(id_)) == ("INTERRUPTED", 5, 10)
    assert jobs.finish(id_, {}).state == "INTERRUPTED"


def test_a_job_whose_process_number_was_given_to_another_is_interrupted(jobs: Jobs) -> None:
    job = jobs.start("enrich", {}, [PUBLIC], "anna")
    with sqlite3.connect(jobs.path) as db:
        db.execute("UPDATE job SET started = started - 100")
    db.close()
    assert jobs.get(job.id).state == "INTERRUPTED"

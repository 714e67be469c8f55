"""Many small files in one ingest: what a phone book of two to five cards costs, alone and beside a large register."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from api.intake import Intake
from api.service import Service
from api.settings import Settings
from tests.benchmarks.bench import Benchmark, Row, Target, took
from tests.benchmarks.workshop import Workshop
from tests.world.generate import generate

NOTE = "Recognised, described, staged, committed as a revision, followed by store, index and alerts; a taxi firm's number is in every book. Books of one run: the first fifth has the fewest beside it, the last the most."

TARGET = Target("≤", 80)

BOOKS = {"small": 500, "full": 2_000}


def run(workshop: Workshop) -> Iterator[Row]:
    books = BOOKS[workshop.size.name]
    with workshop.folder("small_files") as folder:
        paths = made(folder / "books", books)
        service = Service(Settings(data=folder / "alone"))
        fifths = [paths[at : at + books // 5] for at in range(0, books, books // 5)]
        workshop.say(f"{books:,} phone books")
        spent = [_each(service, fifth) for fifth in fifths]
        service.close()
        for what, (clock, cpu) in (("first", spent[0]), ("last", spent[-1])):
            work = f"a phone book, {what} fifth of {books:,}, processor time"
            yield Row(work, "ms", cpu, TARGET, cpu=cpu, note=f"{NOTE} On the clock {clock:.0f} ms.")
        workshop.say("a register")
        generate(folder / "world", workshop.size.companies)
        service = Service(Settings(data=folder / "beside"))
        (register,) = (folder / "world").glob("BasicCompanyData*.csv")
        (read,) = service.ingest(register, Intake())
        workshop.say("phone books beside it")
        clock, cpu = _each(service, fifths[0])
        service.close()
        work = f"a phone book beside {read['mentions']:,} mentions, processor time"
        yield Row(work, "ms", cpu, TARGET, cpu=cpu, note=f"{NOTE} On the clock {clock:.0f} ms.")


def _each(service: Service, paths: list[Path]) -> tuple[float, float]:
    """Milliseconds a file, on the clock and of processor time."""

    def ours() -> None:
        refused = [report for report in service.ingest_all(paths, Intake()) if "refused" in report]
        assert not refused, refused

    spent = took(ours)
    return spent.wall / len(paths) * 1000, spent.cpu / len(paths) * 1000


def made(folder: Path, books: int) -> list[Path]:
    """Phone books of one to four people and a taxi firm, with numbers that some share."""
    chance = random.Random(1)
    folder.mkdir()
    numbers = (f"+4477009{chance.randrange(100_000):05d}" for _ in iter(int, 1))
    for book in range(books):
        people = [(f"Friend {book} {n}", tel) for n, tel in enumerate(islice(numbers, chance.randint(1, 4)))]
        cards = "".join(
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nTEL;TYPE=CELL:{tel}\r\nEND:VCARD\r\n"
            for name, tel in (*people, ("Speedy Taxi", "+442079460000"))
        )
        (folder / f"book-{book:05d}.vcf").write_text(cards, encoding="utf-8", newline="")
    return sorted(folder.iterdir())


BENCHMARK = Benchmark("small_files", run)

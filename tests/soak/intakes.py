"""A long mixed history from a made-up world: register snapshots, events, flights, labelled copies, judgements, undos."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import pyarrow.parquet as pq

from api.demo import intake_of
from api.intake import Intake
from api.service import Service
from graph.access import AccessLabel
from graph.errors import Refused
from graph.model import MentionId
from tests.world import generate

CASE = AccessLabel(case="op-heron")
SECRET = AccessLabel(marking="SECRET")
READERS = '[outsider]\ncases = []\nmarkings = []\nhandlings = "*"\ncaveats = "*"\n'
COPIED = 150
"""Register rows that are also held under the case, some fewer every month."""


@dataclass(frozen=True)
class Size:
    """companies over months, in `ingests` files. entities, revisions: sampled for the comparison."""

    companies: int
    ingests: int
    months: int
    entities: int
    revisions: int


@dataclass
class History:
    """What was committed: files taken in, judgements made and undone.

    mentions: a sample, (id, kind, component). near: a sample of pairs that are linked to the same thing."""

    files: int = 0
    judged: int = 0
    undone: int = 0
    mentions: list[tuple[bytes, str, int]] = field(default_factory=list)
    near: list[tuple[bytes, bytes]] = field(default_factory=list)
    standing: list[str] = field(default_factory=list)


def live_through(service: Service, work: Path, size: Size, seed: int = 1) -> History:
    """Take a whole history in; equal arguments make equal ones."""
    generate(work / "world", size.companies, months=size.months, story=True)
    service.settings.data.joinpath("readers.toml").write_text(READERS, encoding="utf-8")
    history, draw = History(), random.Random(seed)
    for path, intake in files(work, size):
        reports = list(service.ingest(path, intake))
        assert ["revision" in report for report in reports] == [True], reports
        history.files += 1
        _remember(service, history, draw)
        if draw.random() < 0.3:
            _judge(service, history, draw)
        if history.standing and draw.random() < 0.15:
            service.directory.undo(history.standing.pop(draw.randrange(len(history.standing))))
            history.undone += 1
    return history


def _remember(service: Service, history: History, draw: random.Random) -> None:
    delta = service.directory.delta(service.directory.ledger.head())
    if (delta / "mentions.parquet").exists():
        table = pq.read_table(delta / "mentions.parquet", columns=["mid", "kind", "comp"])
        rows = sorted(draw.sample(range(table.num_rows), min(60, table.num_rows)))
        columns = table.take(rows).to_pydict()
        history.mentions += zip(columns["mid"], columns["kind"], columns["comp"], strict=True)
    if (delta / "links.parquet").exists():
        links = pq.read_table(delta / "links.parquet", columns=["from_mid", "to_comp"]).sort_by("to_comp")
        ends, comps = links.slice(0, 2000).to_pydict().values()
        near = [
            (ends[n], ends[n + 1])
            for n in range(len(ends) - 1)
            if comps[n] == comps[n + 1] and ends[n] != ends[n + 1]
        ]
        history.near += draw.sample(near, min(20, len(near)))


def _judge(service: Service, history: History, draw: random.Random) -> None:
    """Two people, or two of one component, are said to be the same, different or perhaps the same; some under the case."""
    one, kind, comp = draw.choice(history.mentions)
    others = [m for m, _, c in history.mentions if c == comp and m != one]
    if not others or draw.random() < 0.5:
        others = [m for m, k, _ in history.mentions if k == kind and m != one]
    verdict = draw.choice(["SAME", "DIFFERENT", "UNSURE"])
    label = draw.choice([None, CASE])
    with suppress(Refused):  # just this stands already
        made = service.directory.judge(
            MentionId(one), MentionId(draw.choice(others)), verdict, reader="anna", label=label
        )
        history.judged += 1
        history.standing.append(made.id)


def files(work: Path, size: Size) -> Iterator[tuple[Path, Intake]]:
    """The files of a history in the order they come, `size.ingests` of them: each month's events in many parts.

    A month's last part comes after the next month's register: late old data."""
    world, months = work / "world", sorted((work / "world").glob("BasicCompanyData*"))
    quota = [size.ingests // size.months + (n < size.ingests % size.months) for n in range(size.months)]
    late: list[tuple[Path, Intake]] = []
    for number, register in enumerate(months):
        month = register.stem.removeprefix("BasicCompanyDataAsOneFile-")[:7]
        compact = month.replace("-", "")
        last = number == len(months) - 1
        yield register, replace(intake_of(register), complete=True)
        yield from late
        steps = [
            *([(world / "airports.csv", Intake())] if number == 0 else []),
            *_labelled(work, world, register, month, number),
            *((path, intake_of(path)) for path in sorted(world.glob(f"psc-snapshot-{month}-*"))),
            *((path, intake_of(path)) for path in sorted(world.glob(f"Prod195_*_{compact}*"))),
        ]
        flights = [p for p in sorted(world.glob(f"*_{compact}*")) if p.name.startswith(("flightlist", "opensky", "aerodatabox"))]  # fmt: skip
        left = quota[number] - 1 - len(late) - len(steps) + (not last)
        flights = flights[:: max(1, len(flights) // max(1, left // 2))][: left // 2]
        parts = _parts(world / f"stream-{month}.jsonl", work / "parts", left - len(flights))
        steps += [(path, _flights_intake(n)) for n, path in enumerate(flights)]
        events = [(path, intake_of(path)) for path in parts]
        late = [] if last else [events.pop()]
        yield from _interleaved(steps, events)


def _labelled(work: Path, world: Path, register: Path, month: str, number: int) -> list[tuple[Path, Intake]]:
    """Under the case: a copy of a part of the register that holds less every month, and the first events again."""
    copy = work / "copies" / register.name
    copy.parent.mkdir(exist_ok=True)
    with register.open("rb") as rows:
        copy.write_bytes(b"".join(islice(rows, 1 + COPIED - 40 * number)))
    events = work / "copies" / f"stream-{month}.jsonl"
    with (world / events.name).open("rb") as lines:
        events.write_bytes(b"".join(islice(lines, 80)))
    return [
        (copy, Intake(source="copy", label=CASE, complete=True)),
        (events, Intake(source="tip", label=CASE)),
    ]


def _flights_intake(number: int) -> Intake:
    return Intake(label=SECRET) if number % 2 else Intake()


def _parts(stream: Path, out: Path, number: int) -> list[Path]:
    """A month's events in so many files, in their order."""
    assert number > 0, f"too few ingests for {stream.name}"
    out.mkdir(exist_ok=True)
    lines = stream.read_bytes().splitlines(keepends=True)
    made = []
    for part in range(number):
        path = out / f"{stream.stem}-{part:03d}.jsonl"
        path.write_bytes(b"".join(lines[part * len(lines) // number : (part + 1) * len(lines) // number]))
        made.append(path)
    return made


def _interleaved(
    steps: list[tuple[Path, Intake]], events: list[tuple[Path, Intake]]
) -> list[tuple[Path, Intake]]:
    """Both lists in their order, spread over each other."""
    places = [((n + 0.5) / len(some), which, n) for which, some in enumerate((steps, events)) for n in range(len(some))]  # fmt: skip
    return [(steps, events)[which][n] for _, which, n in sorted(places)]

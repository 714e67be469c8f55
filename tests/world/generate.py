"""Write a world: one pass over the companies, every month's files open at once, so that memory does not grow."""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from . import officers, psc, register, story_life, stream, traps
from . import story as story_case
from .companies import Company
from .flight_feeds import write_flights
from .history import build
from .life import Life
from .plan import Plan, make_plan
from .truth import Truth

DRIFT_MONTH = 1
"""The second month's CSV is in the style of 2019: empty cells are not quoted."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run wrote: lines by file name (headers, trailers and heartbeats included) and rows of truth."""

    out: Path
    lines: dict[str, int] = field(default_factory=dict)
    truth: int = 0


class _Month:
    """The three snapshot files of one month."""

    def __init__(self, stack: ExitStack, out: Path, step: int, day: date) -> None:
        self.day, self.step = day, step
        self.names = (
            f"BasicCompanyDataAsOneFile-{day:%Y-%m}-01.csv",
            f"psc-snapshot-{day:%Y-%m-%d}_1of1.txt",
            f"Prod195_{officers.FIRST_RUN + step}_{day:%Y%m%d}.dat",
        )
        self.csv, self.psc, self.dat = (_open(stack, out / name) for name in self.names)
        self.rows = self.people = self.statements = self.exemptions = self.records = 0
        self.csv.write(register.HEADER)
        self.dat.write(officers.header(officers.FIRST_RUN + step, day) + "\n")

    def write(self, company: Company) -> None:
        if company.born > self.day:
            return
        if company.live_on(self.day):
            self.csv.write(register.row(company, self.day, self.step != DRIFT_MONTH))
            self.rows += 1
        for control in company.controls:
            if psc.visible(control, self.day):
                self.psc.write(psc.line(company, control, self.day) + "\n")
                self._count(control.kind)
        if company.officers:
            lines = officers.records(company, self.day)
            self.dat.write("\n".join(lines) + "\n")
            self.records += len(lines)

    def _count(self, kind: str) -> None:
        self.people += kind not in ("exemptions", "persons-with-significant-control-statement")
        self.statements += kind == "persons-with-significant-control-statement"
        self.exemptions += kind == "exemptions"

    def close(self) -> dict[str, int]:
        self.psc.write(psc.trailer(self.day, self.people, self.statements, self.exemptions) + "\n")
        self.dat.write(officers.trailer(self.records) + "\n")
        lines = (self.rows + 1, self.people + self.statements + self.exemptions + 1, self.records + 2)
        return dict(zip(self.names, lines, strict=True))


def generate(
    out: Path,
    companies: int,
    seed: int = 1,
    months: int = 1,
    story: bool = False,
    as_of: date = date(2026, 9, 1),
    families: Collection[str] = (),
) -> Summary:
    """Write a world into `out`, made if missing; equal arguments give equal bytes. `as_of` is the first snapshot's month.

    `families` (of plan.FAMILIES) are grown beside registers and flights, for the same people.
    ValueError when companies is not 200 to 1,000,000, months not 1 to 36, or a family unknown.
    """
    plan = make_plan(companies, seed, months, story, as_of, families)
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        truth = stack.enter_context(Truth(out / "truth"))
        files = [_Month(stack, out, step, day) for step, day in enumerate(plan.months)]
        with _Streams(plan, out) as streams, Life(plan, out, truth) as life:
            for index in range(plan.companies):
                company = traps.apply(plan, story_case.apply(plan, build(plan, index)))
                life.offer(company)
                for month in files:
                    month.write(company)
                _tell(truth, company)
                streams.write(company, truth)
            lines = {name: count for month in files for name, count in month.close().items()} | life.close()
        lines |= streams.sort() | write_flights(plan, out, truth)
    if story:
        facts = story_case.facts(plan)
        if plan.families:
            facts |= {"five_families": story_life.facts(plan)}
        told = json.dumps(facts, ensure_ascii=False, indent=1)
        (out / "truth" / "story.json").write_text(told + "\n", encoding="utf-8")
        lines["truth/story.json"] = told.count("\n") + 1
    return Summary(out, lines, truth.records)


class _Streams:
    """Each month's events, put down in the order of companies and sorted by time one month after the other."""

    def __init__(self, plan: Plan, out: Path) -> None:
        self._plan, self._out, self._stack = plan, out, ExitStack()
        self._parts = [out / f".stream-{day:%Y-%m}.part" for day in plan.months]

    def __enter__(self) -> Self:
        self._files = [_open(self._stack, part) for part in self._parts]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def write(self, company: Company, truth: Truth) -> None:
        told: set[str] = set()
        for file, (start, end) in zip(self._files, self._plan.windows(), strict=True):
            for event in stream.events(self._plan.seed, company, start, end):
                file.write(stream.spill(event))
                if event.who is not None and event.uri not in told:
                    told.add(event.uri)
                    truth.add("stream", event.uri, *event.who)

    def sort(self) -> dict[str, int]:
        """Write the streams and drop the parts; lines by file name."""
        lines, timepoints = {}, dict[str, int]()
        for part in self._parts:
            name = part.name.removeprefix(".").replace(".part", ".jsonl")
            with (self._out / name).open("w", encoding="utf-8", newline="\n") as file:
                lines[name] = stream.write_sorted(part, file, timepoints)
            part.unlink()
        return lines


def _tell(truth: Truth, company: Company) -> None:
    """The truth of a company's records, once for all months: their keys are the same in each."""
    truth.add("register", company.number, "company", "Company", company.number)
    for officer in company.officers:
        key = f"{company.number}/{officer.person_number}"
        if officer.person is not None:
            truth.add("officers", key, "officer", "Person", officer.person.true_id)
        elif officer.party is not None:
            truth.add("officers", key, "officer", "Company", officer.party.true_id)
    for control in company.controls:
        if control.person is not None:
            truth.add("psc", psc.link(company, control), "controller", "Person", control.person.true_id)
        elif control.party is not None:
            truth.add("psc", psc.link(company, control), "controller", "Company", control.party.true_id)


def _open(stack: ExitStack, path: Path) -> TextIO:
    return stack.enter_context(path.open("w", encoding="utf-8", newline="", buffering=1 << 20))

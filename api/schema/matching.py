"""One record, or a list of them, matched: who in the graph they may be, and why."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from api.matching import Candidate, Matched, answer, matches, model_for
from api.schema.context import AsOf, Info, view_of
from api.schema.entities import Entity, Siblings
from api.schema.enums import EntityKind, Verdict
from api.schema.paging import Truncation, first_of
from api.schema.resolution import Waterfall
from graph.errors import InvalidValue
from graph.model import View
from graph.resolution.online import lists
from graph.resolution.online.record import Fault


@strawberry.input(
    description="What is known of somebody or of a body; any part of it may be left out. birthDate: 1961-04-09, 1961-04, 1961 or 09/04/1961. companyNumber: of a company that a person is at, or the body's own; companyName alike. value: of a bare list, whatever it is: a telephone number, an e-mail address, a company's number, or a name."
)
class RecordInput:
    name: str | None = None
    forenames: str | None = None
    surname: str | None = None
    title: str | None = None
    birth_date: str | None = None
    nationality: str | None = None
    country: str | None = None
    occupation: str | None = None
    phone: list[str] | None = None
    email: list[str] | None = None
    url: list[str] | None = None
    handle: list[str] | None = None
    address: list[str] | None = None
    postcode: list[str] | None = None
    company_name: list[str] | None = None
    company_number: list[str] | None = None
    value: list[str] | None = None

    def values(self) -> dict[str, list[str]]:
        told = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            name: [said] if isinstance(said, str) else list(said)
            for name, said in told.items()
            if said is not None
        }


@strawberry.type(
    description="An entity that a record may be. mention: its likeliest mention, which the waterfall weighs (a: the record's values, b: the mention's). verdict: SAME, UNSURE (a proposal), null (too little agrees to propose it). reason: identifier (both hold it), weight, names alone, no name to weigh, fits several, too little agrees, or what contradicts. probability: the model's, of its bits alone."
)
class MatchCandidate:
    entity: Entity
    mention: strawberry.ID
    verdict: Verdict | None
    reason: str
    bits: float
    probability: float
    identifiers: list[str]
    waterfall: Waterfall

    @classmethod
    def of(cls, one: Candidate, near: Siblings) -> MatchCandidate:
        return cls(
            entity=near.entity(one.entity), mention=strawberry.ID(one.mention.hex()),
            verdict=None if one.verdict is None else Verdict[one.verdict], reason=one.reason, bits=one.weighed.bits,
            probability=one.probability, identifiers=list(one.identifiers), waterfall=Waterfall.of(one.weighed),
        )  # fmt: skip


@strawberry.type(
    description="A part of a record that could not be read, or is not compared, and was left out; of an empty or broken line, the whole of it. row: of a list, 1 is the first."
)
class MatchReject:
    row: int
    field: str
    value: str
    remedy: str

    @classmethod
    def of(cls, row: int, fault: Fault) -> MatchReject:
        return cls(row=row, field=fault.field, value=fault.value, remedy=fault.remedy)


@strawberry.type(
    description="Whom one record may be, the likeliest first. compared: mentions weighed. truncated: `key …` is a blocking key that more share than were looked at: of those the ones that share what narrows it, or the first by id."
)
class Match:
    row: int
    candidates: list[MatchCandidate]
    compared: int
    truncated: list[Truncation]
    rejects: list[MatchReject]
    revision: int
    behind: int = strawberry.field(
        description="Revisions that the index of matches has not read yet: the answer is as of `revision`."
    )


@strawberry.type(description="A list matched, in its order; rejects of all its rows.")
class MatchList:
    matches: list[Match]
    rejects: list[MatchReject]
    revision: int
    behind: int


def match(
    info: Info,
    record: RecordInput,
    kind: EntityKind = EntityKind["Person"],
    first: int = 10,
    as_of: AsOf | None = None,
) -> Match | None:
    """The root field's resolver."""
    found = _matched(info, [lists.Listed(1, record.values())], kind, first_of(first, 100), as_of)
    return found.matches[0]


def match_list(
    info: Info,
    records: list[RecordInput] | None = None,
    csv: str | None = None,
    kind: EntityKind = EntityKind["Person"],
    first: int = 3,
    as_of: AsOf | None = None,
) -> MatchList | None:
    """The root field's resolver."""
    if (records is None) == (csv is None):
        raise InvalidValue("matchList", "records and csv" if records else "neither", "records, or a csv text")
    rows = (
        list(lists.read(csv))
        if csv is not None
        else [lists.Listed(n, one.values()) for n, one in enumerate(records or (), 1)]
    )
    if (asked := sum(bool(row.values) for row in rows)) > lists.MOST:
        raise InvalidValue(
            "matchList",
            f"{asked} records",
            f"at most {lists.MOST} records: send the rest in further lists, or use `clew match FILE.csv`, which takes any number",
        )
    return _matched(info, rows, kind, first_of(first, 100), as_of)


def _matched(
    info: Info, rows: Sequence[lists.Listed], kind: EntityKind, first: int, as_of: AsOf | None
) -> MatchList:
    service, asked = info.context.service, view_of(info, as_of)
    # A revision that is asked for is waited for; the newest is not, where a server answers beside a bulk ingest.
    wait = info.context.tail is None or (as_of is not None and as_of.known is not None)
    view = matches(service).ready(asked, wait=wait)
    name, model = model_for(service, kind.value, view.revision)
    near = Siblings(service, view)
    behind = asked.revision - view.revision
    found = [
        _told(row, answer(service, view, name, model, row.values, first), near, view, behind) for row in rows
    ]
    rejects = [reject for one in found for reject in one.rejects]
    return MatchList(matches=found, rejects=rejects, revision=view.revision, behind=behind)


def _told(row: lists.Listed, found: Matched, near: Siblings, view: View, behind: int) -> Match:
    return Match(
        row=row.row, candidates=[MatchCandidate.of(one, near) for one in found.candidates], compared=found.compared,
        truncated=Truncation.all(found.truncated),
        rejects=[MatchReject.of(row.row, fault) for fault in row.told(found.faults)], revision=view.revision, behind=behind,
    )  # fmt: skip

"""Companies House officers in bulk: the snapshot of Products 195 and 216 (formats.md 1.3), fixed width.

Positions are characters from 1; 14 fields of a person follow, each ended by "<". A company's row is a record of its
own, key "<number>"; an appointment's is "<number>/<first 8 digits of the person number>/<role>/<appointed>". The last
four digits count versions of the person's details and the type's code changes on resigning: with either in the key,
a change of address would look like one appointment that ended and another that began.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from graph.errors import InvalidValue, Refused
from graph.ontology import ontology
from graph.values import company_number, date
from graph.values.folding import bare
from ingest.delimited import BOM
from ingest.describe import Description, link_date, properties_of
from ingest.format import WHOLE, Input, Reading, Sink
from ingest.helpers.observed import part_in_name, plausible
from ingest.helpers.officers import BULK_ROLES, person_key
from ingest.helpers.psc import company_reference
from ingest.helpers.uk_address import describe_address
from ingest.helpers.uk_registers import stated_key

_FIELDS = (
    "title", "forenames", "surname", "honours", "care_of", "po_box", "line_1", "line_2", "locality", "region",
    "country", "occupation", "nationality", "country_of_residence",
)  # fmt: skip
_ADDRESS = ("care_of", "po_box", "line_1", "line_2", "locality", "region", "country")
_HEADER = re.compile(r"DDDDSNAP([0-9]{4})([0-9]{8})\s*")
_TRAILER = re.compile(r"99999999([0-9]{8})\s*")
_ELSEWHERE = {
    "DDDDUPDT": "an update file of officers (Product 198)",
    "DISQUALS": "a disqualifications file (Product 192)",
}
# The register delivers some nine files, each with a header and trailer of its own: "Prod195_2898_ew_3_….dat".
_REGION = re.compile(r"_(?:ew|sc|ni)(?=[_.])", re.IGNORECASE)
_LONGEST = 64 << 10


class OfficersSnapshot:
    """Appointments to all companies; one that a complete snapshot lacks has ended, it was not untrue."""

    name = "companies-house-officers"
    title = "Companies House officers, bulk snapshot (Products 195 and 216)"

    def sniff(self, head: bytes, name: str) -> bool:
        """By the header's first eight characters; sibling products too, which read() then refuses by name."""
        return head.removeprefix(BOM)[:8] in (b"DDDDSNAP", *(word.encode() for word in _ELSEWHERE))

    def read(self, file: Input, sink: Sink) -> Reading:
        """See ingest.format.Format. observed_at: the header's production date."""
        when = _header(file)
        out = Description(sink, when)
        counted: int | None = None
        read = 0
        for number, line in _lines(file.path, file.name, sink):
            if number == 1:
                continue
            trailer = _TRAILER.fullmatch(line)
            if trailer and counted is None:
                counted = int(trailer[1])
                continue
            read += 1
            if counted is not None:
                out.reject(f"line {number}", WHOLE, line[:200], "The line stands after the trailer.", line)
            else:
                _describe(line, f"line {number}", out)
        out.flush()
        snapshot, notes = _completeness(file, counted, read, out.rejected)
        return Reading(read, out.rejected, 0, "header", snapshot, "closed", out.leftovers, notes, COVERS)


COVERS = "^[0-9A-Z]{8}(/|$)"
"""The keys of this file's records, beside which a source may hold companies and controllers."""


def _header(file: Input) -> datetime:
    first = file.head.removeprefix(BOM).split(b"\n", 1)[0].decode("utf-8", "replace")
    for word, what in _ELSEWHERE.items():
        if first.startswith(word):
            raise Refused(f"{file.name}: is {what}, which this release does not read.")
    match = _HEADER.fullmatch(first)
    try:
        if match is None:
            raise InvalidValue("header", first[:40], "DDDDSNAP, a run number and CCYYMMDD")
        day = date.clean_compact(match[2])
    except InvalidValue as error:
        raise Refused(f"{file.name}: {error.message}", remedy="Is the file whole?") from error
    when = datetime.fromisoformat(day).replace(tzinfo=UTC)
    if not plausible(when):
        # No later snapshot would ever count again.
        raise Refused(f"{file.name}: says it was produced on {day}.", remedy="Is the header whole?")
    return when


def _lines(path: Path, name: str, sink: Sink) -> Iterator[tuple[int, str]]:
    """(number, line without its end), blank ones left out; Refused for what is not UTF-8 or stops in the middle."""
    done = 0
    with path.open("rb") as source:
        number = 0
        while raw := source.readline(_LONGEST):
            number, done = number + 1, done + len(raw)
            if not number % 20_000:
                sink.progress(done)
            try:
                line = raw.decode().rstrip("\r\n")
            except UnicodeDecodeError as error:
                raise Refused(
                    f"{name}, line {number}: not UTF-8 text.", remedy="Convert the file to UTF-8."
                ) from error
            if not line.strip():
                continue
            if not raw.endswith(b"\n") and not _whole(line):
                raise Refused(
                    f"{name}, line {number}: the file stops in the middle of a line.",
                    remedy="Get the whole file and ingest it again.",
                )
            yield number, line
    sink.progress(done)


def _whole(line: str) -> bool:
    """Whether a last line without a line end is all there."""
    return _TRAILER.fullmatch(line) is not None or line.rstrip().endswith("<")


def _describe(line: str, locator: str, out: Description) -> None:
    begun = out.rec
    try:
        number = company_number.clean(line[:8])
        if line[8:9] == "1":
            _company(number, line, locator, out)
        elif line[8:9] == "2":
            _officer(number, line, locator, out)
        else:
            raise InvalidValue("record type", line[8:9], "1 (company) or 2 (person)")
    except InvalidValue as error:
        if out.rec > begun:
            out.undo()
        out.reject(locator, error.type_name, str(error.value)[:200], error.message, line)


def _company(number: str, line: str, locator: str, out: Description) -> None:
    variable, found, _ = line[40:].partition("<")
    if not found:
        raise InvalidValue("company name", line[40:120], "a name ended by <")
    out.record(number, locator, line)
    props = properties_of("Company")
    # Older runs pad the name or add a dollar sign (formats.md 1.3).
    name = props.add("name", variable.rstrip(" $") or None)
    props.put("company_number", number)
    props.add("status", line[9:10].strip() or None)
    props.add("officer_count", line[32:36].strip() or None)
    keys = (ontology().identifiers["company_number"].key(number), stated_key(number, name))
    out.mention("company", "Company", authority=1, caption=name, names=(name,), keys=keys, props=props)


def _officer(number: str, line: str, locator: str, out: Description) -> None:
    kind, person, appointed = line[10:12], line[12:24].strip(), line[32:40].strip()
    if kind not in BULK_ROLES:
        raise InvalidValue("appointment type", kind, f"one of {', '.join(sorted(BULK_ROLES))}")
    role = BULK_ROLES[kind]
    values = line[76:].split("<")
    if len(values) != len(_FIELDS) + 1 or values[-1].strip():
        raise InvalidValue("variable data", line[76:276], f"{len(_FIELDS)} fields, each ended by <")
    fields = {name: value.strip() for name, value in zip(_FIELDS, values, strict=False) if value.strip()}
    who = person[:8] if person.strip("0") else bare(" ".join(values[:3]))
    out.record(f"{number}/{who}/{role}/{bare(appointed)}", locator, line)
    company_reference(out, number)
    if line[24:25] == "Y":
        _body(fields, person, out)
    else:
        _person(fields, person, line, out)
    props: dict[str, Any] = {"origin": line[9:10].strip() or None}
    began = link_date(props, "valid_from", appointed or None, "date_compact")
    ended = link_date(props, "valid_to", line[40:48].strip() or None, "date_compact")
    if began and ended and ended < began:
        props.setdefault("flags", []).append("valid_to:before_valid_from")
    out.link("OFFICER_OF", "officer", "company", role=role, valid_from=began, valid_to=ended, props=props)
    address = {name: fields[name] for name in _ADDRESS if name in fields}
    if line[48:56].strip():
        address["postcode"] = line[48:56].strip()
    describe_address(out, address, "service_address", "SERVICE_ADDRESS", "officer")


def _person(fields: dict[str, str], number: str, line: str, out: Description) -> None:
    props = properties_of("Person")
    plain = " ".join(fields[part] for part in ("forenames", "surname") if part in fields)
    name = " ".join(part for part in (fields.get("title"), plain) if part)
    props.put("name", name)
    for part in (
        "title",
        "forenames",
        "surname",
        "honours",
        "occupation",
        "nationality",
        "country_of_residence",
    ):
        props.add(part, fields.get(part))
    _born(props, line)
    keys = (person_key(number),)
    out.mention("officer", "Person", authority=1, caption=name, names=(name, plain), keys=keys, props=props)


def _born(props: Any, line: str) -> None:
    """The birth date to the month, or to the day where the full one is there, which it normally is not."""
    full, partial = line[64:72].strip(), line[56:64].strip()
    if full:
        props.put("birth_date", props.read("birth_date", "date_compact", full))
    elif partial:
        props.put("birth_date", props.read("birth_date", "month_compact", partial))


def _body(fields: dict[str, str], number: str, out: Description) -> None:
    """A company or other body in office: its name stands in the surname's place. The register it is on is not said."""
    props = properties_of("Organisation")
    name = props.add(
        "name", " ".join(fields[part] for part in ("title", "forenames", "surname") if part in fields) or None
    )
    for part in ("occupation", "nationality", "country_of_residence"):
        props.add(part, fields.get(part))
    if "honours" in fields:
        props.flag("honours", "of_a_body", fields["honours"])
    keys = (person_key(number),)
    out.mention("officer", "Organisation", authority=1, caption=name, names=(name,), keys=keys, props=props)


def _completeness(
    file: Input, counted: int | None, read: int, rejected: int
) -> tuple[Literal["COUNTED", "STATED", "NO"], tuple[str, ...]]:
    """Counted by the trailer, unless the file is one of several or some record could not be read."""
    if counted is None:
        return "NO", ("Not taken as complete: there is no trailer with a count; is the file whole?",)
    if counted != read:
        return "NO", (f"Not taken as complete: the trailer counts {counted} records, read {read}.",)
    if rejected:
        return "NO", (
            f"Not taken as complete: {rejected} records were rejected, and may be those that seem missing.",
        )
    if any(_REGION.search(name) or part_in_name(name) for name in (file.name, file.archive)):
        return "NO", ("Not taken as complete: by its name it is one of several files.",)
    return "COUNTED", ()


FORMAT = OfficersSnapshot()

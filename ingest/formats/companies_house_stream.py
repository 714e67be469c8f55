"""Companies House streaming events, one JSON object a line, empty lines as heartbeats (formats.md 1.5).

Company profiles, officers, controllers, statements and exemptions; other kinds are skipped and counted. A record's
key is its `resource_uri` with the company number cleaned, so that controllers meet their snapshot's records and
profiles the register's; the timepoint orders replays. A "deleted" event takes its record back.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from graph.errors import InvalidValue
from graph.values import company_number, instant
from ingest.delimited import BOM
from ingest.describe import Description, Fields
from ingest.format import Input, Reading, Sink
from ingest.helpers.appointments import describe_appointment
from ingest.helpers.company_profile import describe_profile
from ingest.helpers.observed import plausible
from ingest.helpers.psc import STATEMENT, describe_psc, psc_key
from ingest.json_lines import json_lines

_COMPANY = re.compile(r"/?company/([^/]+)/?")
_EVENT = re.compile(rb'"resource_kind"\s*:\s*"')
_REMEDY = "Correct the {field} and ingest the file again; applying the other events twice changes nothing."


class Stream:
    """Events since some timepoint; replays are harmless, as the same event makes the same record again."""

    name = "companies-house-stream"
    title = "Companies House streaming events (JSON lines)"

    def sniff(self, head: bytes, name: str) -> bool:
        """By the envelope: resource_kind beside an event with a timepoint."""
        first = head.removeprefix(BOM).lstrip()[:1]
        return first == b"{" and _EVENT.search(head) is not None and b'"timepoint"' in head

    def read(self, file: Input, sink: Sink) -> Reading:
        """See ingest.format.Format. observed_at: each event's own published_at."""
        out = Description(sink, file.now)
        skipped: Counter[str] = Counter()
        for number, line, value in json_lines(file.path, file.name, out, sink):
            record = out.kept + out.rejected + skipped.total() + 1
            # Heartbeats are lines, and no events.
            locator = f"line {number}" if number == record else f"line {number} (record {record})"
            kind = value.get("resource_kind")
            if not isinstance(kind, str) or not kind.strip():
                said = "" if kind is None else str(kind)[:200]
                missing = "What kind of resource the event is of is not said: it is no event."
                out.reject(locator, "resource_kind", said, missing, line.decode(), _REMEDY)
            elif _handled(kind):
                _describe(value, kind, locator, line.decode(), out)
            else:
                skipped[kind] += 1
        out.flush()
        notes = tuple(f"Skipped {count} events of {kind}." for kind, count in sorted(skipped.items()))
        read = out.kept + out.rejected + skipped.total()
        return Reading(read, out.rejected, skipped.total(), "record", leftovers=out.leftovers, notes=notes)


def _handled(kind: str) -> bool:
    return kind in (
        "company-profile",
        "company-officers",
        "company-exemptions",
        STATEMENT,
    ) or kind.startswith("company-psc-")


def _describe(value: dict[str, Any], kind: str, locator: str, raw: str, out: Description) -> None:
    begun = out.rec
    fields = Fields(value)
    # resource_kind chose the reader; resource_id is the end of resource_uri.
    fields.ignore("resource_kind", "resource_id")
    try:
        event = fields.inside("event")
        # fields_changed: which fields differ from the version before, which the records themselves tell.
        event.ignore("fields_changed")
        put = _put(event.text("type"))
        timepoint = event.take("timepoint")
        if type(timepoint) is not int or not 0 <= timepoint < 1 << 63:
            raise InvalidValue("event.timepoint", timepoint, "a whole number of at most 63 bits")
        when = _published(event.text("published_at"))
        data = fields.inside("data")
        if put and not data.names():
            # A profile without fields would take away all that the one before said.
            raise InvalidValue("data", None, "what the resource now holds")
        key, number = _key(kind, fields.text("resource_uri") or "", data)
        out.record(key, locator, raw, put=put, timepoint=timepoint, observed_at=when)
        if put:
            _tell(kind, number, data, out)
        else:
            # Some deletions repeat the record as it was, which is no longer said; others are empty.
            data.ignore(*data.names())
    except InvalidValue as error:
        if out.rec > begun:
            out.undo()
        out.reject(locator, error.type_name, str(error.value)[:200], error.message, raw, _REMEDY)
        return
    out.leftovers.update(fields.leftovers())


_DATA_KINDS = {
    "company-psc-individual": "individual-person-with-significant-control",
    "company-psc-corporate": "corporate-entity-person-with-significant-control",
    "company-psc-legal": "legal-person-person-with-significant-control",
    "company-psc-statement": STATEMENT,
    STATEMENT: STATEMENT,
    "company-exemptions": "exemptions",
}
"""What the kind of resource says about data that does not say its own kind."""


def _tell(kind: str, number: str, data: Fields, out: Description) -> None:
    if kind == "company-profile":
        describe_profile(number, data, out)
    elif kind == "company-officers":
        describe_appointment(number, data, out)
    else:
        describe_psc(number, data, out, _DATA_KINDS.get(kind))


def _put(event_type: str | None) -> bool:
    if event_type not in ("changed", "deleted"):
        raise InvalidValue("event.type", event_type, "changed or deleted")
    return event_type == "changed"


def _published(text: str | None) -> datetime:
    """published_at, which is UTC whether or not it says so with a Z."""
    try:
        made = instant.parse(text or "", "UTC", "source")
    except InvalidValue as error:
        raise InvalidValue("event.published_at", text, "a time such as 2022-11-15T18:27:56") from error
    when = datetime.fromisoformat(made.utc or "").astimezone(UTC)
    if not plausible(when):
        # No later event would ever count again.
        raise InvalidValue("event.published_at", text, "a time in the years 2000 to 2099")
    return when


def _key(kind: str, uri: str, data: Fields) -> tuple[str, str]:
    """(record key, company number) of an event; raises InvalidValue when the address is no company's."""
    whole = _COMPANY.fullmatch(uri)
    if whole:
        number = company_number.clean(whole[1])
        return f"company/{number}", number
    if not uri:
        raise InvalidValue("resource_uri", uri, "/company/<number>/…")
    statement = data.peek("kind") == STATEMENT or "statement" in kind or f"/{STATEMENT}s/" in uri
    return psc_key(uri, statement, "resource_uri")


FORMAT = Stream()

"""OpenSky's aircraft database, both generations (formats.md 2.8), in the batch form: one record a registration of an
airframe, key "<icao24>/<registration>/<day registered>".

The airframe is known by its 24-bit address, which is its for life; registrations are given again to others, and so join
nothing by themselves. A day of registration begins an episode: of the mark, of its owner and of its operator. Owners and
operators are texts: persons and organisations by their words, and no one where they say "Private" or "Registration Pending".
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from ingest.delimited import Delimited, Dialect, column_names
from ingest.format import Input, Reading, Sink
from ingest.helpers.aircraft_columns import MADE, READY, Ready
from ingest.helpers.observed import observed, stated
from ingest.mapping import (
    Cleaned,
    Coalesce,
    Column,
    Concat,
    Constant,
    LinkMap,
    Mapping,
    MentionMap,
    key,
    properties,
)
from ingest.mapping_run import MappingRun

_NEWER = frozenset({"icao24", "icaoAircraftClass", "manufacturerIcao", "operatorIcao", "regUntil", "owner"})
_OLDER = frozenset({"icao24", "icaoaircrafttype", "manufacturericao", "operatoricao", "reguntil", "owner"})

_ADDRESS = Cleaned("icao24", Column("address"))
_MARK = Cleaned("registration", Column("registration"))
_BEGINS = Cleaned("date", Column("registered"))
_ENDS = Cleaned("date", Column("until"))
_SHOWN = Coalesce((_MARK, Concat((Constant("aircraft "), _ADDRESS))))


def _party(of: str, kind: str) -> MentionMap:
    name = Column(f"{of}_{kind.lower()}")
    return MentionMap(
        f"{of}_{kind.lower()}", kind, authority=1, caption=name, names=(name,), properties=properties(name=name), when=name
    )  # fmt: skip


_AIRLINE = MentionMap(
    "operator_organisation",
    "Organisation",
    authority=1,
    caption=Column("operator_organisation"),
    names=(Column("operator_organisation"), Column("operatorcallsign"), Column("operator_key")),
    keys=(key("airline_icao", Column("operator_key")),),
    properties=properties(
        name=Column("operator_name"),
        airline_icao=Column("operatoricao"),
        airline_iata=Column("operatoriata"),
        callsign=Column("operatorcallsign"),
    ),
    when=Column("operator_organisation"),
)


def _episode(link: str, slot: str) -> LinkMap:
    return LinkMap(link, "aircraft", slot, valid_from=_BEGINS, valid_to=_ENDS)


MAPPING = Mapping(
    columns=(*READY, *MADE),
    key=Concat((Coalesce((_ADDRESS, _MARK)), Coalesce((_MARK,)), Column("registered")), "/", gaps=True),
    required=(("icao24", Coalesce((_ADDRESS, _MARK))),),
    mentions=(
        MentionMap(
            "aircraft",
            "Aircraft",
            authority=0,
            caption=_SHOWN,
            names=(
                _ADDRESS,
                Cleaned("registration", Column("prevreg")),
                Cleaned("registration", Column("nextreg")),
            ),
            keys=(key("icao24", _ADDRESS),),
            properties=properties(
                icao24=Column("address"),
                registration=Column("mark_alone"),
                previous_registration=Column("prevreg"),
                next_registration=Column("nextreg"),
                test_registration=Column("testreg"),
                model=Column("model"),
                type_code=Column("typecode"),
                manufacturer=Column("manufacturername"),
                manufacturer_code=Column("manufacturericao"),
                serial_number=Column("serialnumber"),
                line_number=Column("linenumber"),
                built=Column("built"),
                first_flown=Column("firstflightdate"),
                first_seen=Column("firstseen"),
                aircraft_class=(Column("icaoaircraftclass"), Column("icaoaircrafttype")),
                category=Column("categorydescription"),
                engines=Column("engines"),
                status=Column("status"),
                country=Column("country"),
                owner=Column("owner_nobody"),
                operator=Column("operator_nobody"),
                note=Column("notes"),
                revised=Column("timestamp"),
            ),
        ),
        # Of its own, since a mark is worn from a day to a day, and the airframe is not.
        MentionMap(
            "registration",
            "Aircraft",
            authority=0,
            caption=_SHOWN,
            names=(_MARK,),
            keys=(key("icao24", _ADDRESS),),
            properties=properties(registration=Column("registration")),
            valid_from=_BEGINS,
            valid_to=_ENDS,
            when=Concat((_ADDRESS, Column("registration"))),
        ),
        _party("owner", "Person"),
        _party("owner", "Organisation"),
        _party("operator", "Person"),
        _AIRLINE,
    ),
    links=(
        _episode("OWNED_BY", "owner_person"),
        _episode("OWNED_BY", "owner_organisation"),
        _episode("OPERATED_BY", "operator_person"),
        _episode("OPERATED_BY", "operator_organisation"),
    ),
    ignored={
        "acars": "which equipment it was heard with, as adsb, modes and vdl",
        "adsb": "which equipment it was heard with",
        "modes": "which equipment it was heard with",
        "vdl": "which equipment it was heard with",
        "selcal": "the tones that call its radio",
        "seatconfiguration": "how many seats of which class it has",
        "icao24": "address holds it, where it is one that a state gives out",
        "reguntil": "until holds it, where it is not before the day registered",
        "owner": "owner_person, owner_organisation or owner_nobody holds it",
        "operator": "operator_person, operator_organisation or operator_nobody holds it",
    },
)


_MONTH: Final = re.compile(r"(?<![0-9])(20[0-9]{2})-(0[1-9]|1[0-2])(?![0-9])")
"""As releases are named: "aircraft-database-complete-2026-09.csv"."""


class AircraftRegister:
    """Airframes with their registrations, owners and operators."""

    name = "aircraft-register"
    title = "OpenSky aircraft database (CSV)"

    def sniff(self, head: bytes, name: str) -> bool:
        """By the header, whose names the newer generation writes in single quotes and with capitals."""
        names = frozenset(column.strip("'") for column in column_names(head))
        return names >= _NEWER or names >= _OLDER

    def read(self, file: Input, sink: Sink) -> Reading:
        """See ingest.format.Format. observed_at: the day in the file's name, else the first of the month in it, else the clock."""
        newer = frozenset(column.strip("'") for column in column_names(file.head)) >= _NEWER
        lines = Delimited(file.path, file.name, sink, Dialect(quote="'" if newer else '"'))
        lines.require(tuple(sorted(_NEWER if newer else _OLDER)))
        when, basis = observed(file)
        if basis == "clock" and (month := _MONTH.search(file.name) or _MONTH.search(file.archive)):
            when, basis = datetime(int(month[1]), int(month[2]), 1, tzinfo=UTC), "file name"
        run, ready = MappingRun(MAPPING, sink, when), Ready()
        for batch in lines.batches():
            run.feed(ready.batch(batch))
        rejected = run.rejected + lines.rejected
        snapshot, notes = stated(file, rejected)
        return Reading(
            run.read + lines.rejected + ready.skipped, rejected, ready.skipped, basis, snapshot, "closed", run.leftovers,
            (*_notes(ready), *notes),
        )  # fmt: skip


def _notes(ready: Ready) -> list[str]:
    told = [
        (ready.empty, "Skipped as nothing stands in them: {:,}."),
        (
            ready.dummies,
            "Skipped as dummies, without a registration and with an address of no state (000000): {:,}.",
        ),
        (ready.backward, "Registrations that end before they begin, kept without an end: {:,}."),
    ]
    return [text.format(count) for count, text in told if count]


FORMAT = AircraftRegister()

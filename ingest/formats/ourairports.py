"""OurAirports' airports.csv (formats.md 2.5), in the batch form: one record an airport, key its `ident`.

The airport is keyed by its code of four characters (icao_code, else gps_code, else ident) and by its IATA code: only a
list of airports may say that the two are one place.
"""

from __future__ import annotations

import pyarrow as pa

from ingest.delimited import Delimited, column_names
from ingest.format import Input, Reading, Sink
from ingest.helpers.airport_columns import iata_code, icao_code, key_code, point
from ingest.helpers.observed import observed, stated
from ingest.mapping import Column, Mapping, MentionMap, key, properties
from ingest.mapping_run import MappingRun

COLUMNS = (
    "id", "ident", "type", "name", "latitude_deg", "longitude_deg", "elevation_ft", "continent", "iso_country",
    "iso_region", "municipality", "scheduled_service", "gps_code", "iata_code", "local_code", "home_link",
    "wikipedia_link", "keywords",
)  # fmt: skip
NEWER = "icao_code"
"""A column that lists before 2025 do not have."""

_CODES = (NEWER, "gps_code", "ident")
_PREPARE = f"""
SELECT *, {icao_code(*_CODES)} AS icao, {iata_code("iata_code")} AS iata, {key_code(*_CODES)} AS code,
  -- A closed airport's IATA code may be another's by now.
  CASE WHEN trim("type") <> 'closed' THEN {iata_code("iata_code")} END AS iata_key,
  CASE WHEN {icao_code("ident")} IS NULL THEN ident END AS own_code,
  {point("latitude_deg", "longitude_deg")} AS position
FROM source
"""

MAPPING = Mapping(
    columns=(*COLUMNS, NEWER),
    key=Column("ident"),
    required=(("name", Column("name")),),
    mentions=(
        MentionMap(
            "airport",
            "Airport",
            authority=0,
            caption=Column("name"),
            names=(Column("name"), Column("icao"), Column("iata"), Column("own_code")),
            keys=(key("airport_icao", Column("code")), key("airport_iata", Column("iata_key"))),
            properties=properties(
                name=Column("name"),
                icao=Column("icao"),
                iata=Column("iata"),
                local_code=(Column("own_code"), Column("local_code")),
                country=Column("iso_country"),
                region=Column("iso_region"),
                municipality=Column("municipality"),
                geo=Column("position"),
                elevation_ft=Column("elevation_ft"),
                airport_type=Column("type"),
                scheduled_service=Column("scheduled_service"),
                also_known_as=Column("keywords"),
            ),
        ),
    ),
    ignored={
        "id": "the list's own row number; ident is stable",
        "continent": "follows from the country",
        "latitude_deg": "position holds it",
        "longitude_deg": "position holds it",
        "icao_code": "icao holds it",
        "gps_code": "icao holds it where it is of ICAO's form; else it repeats ident or local_code",
        "iata_code": "iata holds it",
        "home_link": "a web page about the airport, no fact of it",
        "wikipedia_link": "a web page about the airport, no fact of it",
    },
    prepare=_PREPARE,
)


class OurAirports:
    """The world's airports, open and closed."""

    name = "ourairports"
    title = "OurAirports airports (CSV)"

    def sniff(self, head: bytes, name: str) -> bool:
        """By the header: the first line holds the list's own column names."""
        return {
            "ident",
            "latitude_deg",
            "longitude_deg",
            "iso_country",
            "gps_code",
            "iata_code",
        } <= column_names(head)

    def read(self, file: Input, sink: Sink) -> Reading:
        """See ingest.format.Format. observed_at: the day in the file's name, else the clock."""
        lines = Delimited(file.path, file.name, sink)
        lines.require(COLUMNS)
        when, basis = observed(file)
        run = MappingRun(MAPPING, sink, when)
        for batch in lines.batches():
            if NEWER not in batch.column_names:
                batch = batch.append_column(NEWER, pa.array([""] * batch.num_rows, pa.string()))
            run.feed(batch)
        rejected = run.rejected + lines.rejected
        snapshot, notes = stated(file, rejected)
        return Reading(
            run.read + lines.rejected, rejected, 0, basis, snapshot, "withdrawn", run.leftovers, notes
        )


FORMAT = OurAirports()

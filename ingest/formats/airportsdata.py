"""The airportsdata package's list of airports (formats.md 2.5), in the batch form: one record an airport.

Key: its `icao` code, which the list also fills with national codes of four characters, else its IATA code.
"""

from __future__ import annotations

from ingest.delimited import Delimited, column_names
from ingest.format import Input, Reading, Sink
from ingest.helpers.airport_columns import iata_code, icao_code, key_code, point
from ingest.helpers.observed import observed, stated
from ingest.mapping import Coalesce, Column, Mapping, MentionMap, key, properties
from ingest.mapping_run import MappingRun

COLUMNS = ("icao", "iata", "name", "city", "subd", "country", "elevation", "lat", "lon", "tz", "lid")

_PREPARE = f"""
SELECT *, {icao_code("icao")} AS icao_code, {iata_code("iata")} AS iata_code, {key_code("icao")} AS code,
  CASE WHEN {icao_code("icao")} IS NULL THEN icao END AS own_code, {point("lat", "lon")} AS position,
  -- Feet, in some releases with a decimal point.
  coalesce(round(try_cast(elevation AS DOUBLE))::BIGINT::VARCHAR, elevation) AS feet
FROM source
"""

MAPPING = Mapping(
    columns=COLUMNS,
    key=Coalesce((Column("icao"), Column("iata"))),
    required=(("name", Column("name")),),
    mentions=(
        MentionMap(
            "airport",
            "Airport",
            authority=0,
            caption=Column("name"),
            names=(Column("name"), Column("icao_code"), Column("iata_code"), Column("own_code")),
            keys=(key("airport_icao", Column("code")), key("airport_iata", Column("iata_code"))),
            properties=properties(
                name=Column("name"),
                icao=Column("icao_code"),
                iata=Column("iata_code"),
                local_code=(Column("own_code"), Column("lid")),
                country=Column("country"),
                region=Column("subd"),
                municipality=Column("city"),
                geo=Column("position"),
                elevation_ft=Column("feet"),
                time_zone=Column("tz"),
            ),
        ),
    ),
    ignored={
        "lat": "position holds it",
        "lon": "position holds it",
        "elevation": "feet holds it",
    },
    prepare=_PREPARE,
)


class AirportsData:
    """The world's airports in use, or those of some countries."""

    name = "airportsdata"
    title = "airportsdata airports (CSV)"

    def sniff(self, head: bytes, name: str) -> bool:
        """By the header: the first line holds the list's own column names."""
        return {"icao", "iata", "name", "city", "subd", "country", "tz", "lid"} <= column_names(head)

    def read(self, file: Input, sink: Sink) -> Reading:
        """See ingest.format.Format. observed_at: the day in the file's name, else the clock."""
        lines = Delimited(file.path, file.name, sink)
        lines.require(COLUMNS)
        when, basis = observed(file)
        run = MappingRun(MAPPING, sink, when)
        for batch in lines.batches():
            run.feed(batch)
        rejected = run.rejected + lines.rejected
        snapshot, notes = stated(file, rejected)
        return Reading(
            run.read + lines.rejected, rejected, 0, basis, snapshot, "withdrawn", run.leftovers, notes
        )


FORMAT = AirportsData()

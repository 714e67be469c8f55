"""Records that carry flags or repeat a key are counted, whatever their number and order."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.tables import BATCH
from ingest import oddities
from ingest.oddities import Flagged, notes, repeating


def rows(*told: tuple[int, str | None]) -> pa.Table:
    return pa.table({"rec": [rec for rec, _ in told], "props": pa.array([p for _, p in told], pa.string())})


def test_a_record_with_flags_counts_once_whichever_of_its_mentions_and_links_carry_them() -> None:
    flagged = Flagged()
    flagged.look(rows((3, '{"flags":["ceased:unreadable=x"]}'), (4, None), (5, '{"name":[["A",null]]}')))
    flagged.look(rows((900_000, '{"name":[],"flags":[["born:implausible","1083"]]}'), (3, '{"flags":["x"]}')))
    assert flagged.count() == 2
    # The word inside a value is no flag.
    flagged.look(rows((6, '{"name":[["\\"flags\\":[",null]]}')))
    assert flagged.count() == 2


@pytest.mark.parametrize("few", [oddities.FEW, 0])
def test_records_that_repeat_a_key_count_but_for_one_of_each_key_and_events_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(oddities, "FEW", few)
    keys = [("a", 0), ("b", 0), ("a", 0), ("c", 7), ("c", 8), ("a", 0), ("b", 0)]
    now = datetime(2026, 1, 1, tzinfo=UTC)
    told = [
        {"rec": n, "key": key, "put": True, "observed_at": now, "timepoint": timepoint, "locator": "", "raw": ""}
        for n, (key, timepoint) in enumerate(keys)
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(told, BATCH["records"]), tmp_path / "records.parquet")
    assert repeating(tmp_path / "records.parquet", tmp_path / "spill") == 3
    pq.write_table(BATCH["records"].empty_table(), tmp_path / "none.parquet")
    assert repeating(tmp_path / "none.parquet", tmp_path / "spill") == 0


def test_a_small_file_opens_no_database_to_count_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pq.write_table(BATCH["records"].empty_table(), tmp_path / "records.parquet")
    monkeypatch.delattr(duckdb, "connect")
    assert repeating(tmp_path / "records.parquet", tmp_path / "spill") == 0


@pytest.mark.parametrize(
    ("flagged", "repeated", "said"),
    [
        (0, 0, ()),
        (1, 0, ("1 record holds values that could not be read or are hardly meant: kept as flags.",)),
        (1200, 2, ("1,200 records hold values that could not be read or are hardly meant: kept as flags.",
                   "2 records repeat a key of this file; the last one counts.")),
    ],
)  # fmt: skip
def test_both_counts_are_said_in_a_sentence_when_there_are_any(
    flagged: int, repeated: int, said: tuple[str, ...]
) -> None:
    assert notes(flagged, repeated) == said

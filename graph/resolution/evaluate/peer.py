"""Plain Splink beside ours: its comparison library's own comparisons on the same columns, as stated; blocking on single
columns, unsupervised training, and clusters at 0.95, as its documentation does it."""

from __future__ import annotations

import re
import time
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from graph.errors import ClewError
from graph.projection.schema import one
from graph.resolution.evaluate import dates
from graph.resolution.evaluate.reading import Records
from graph.resolution.evaluate.run import Clustering

THRESHOLD: Final = 0.95
_PAIRS: Final = 5_000_000
"""Pairs that one blocking rule may give, as Splink's demonstrations count them before they choose."""
_TAUGHT: Final = 100
"""Pairs that agree in a column from which it is trained on."""
_TEXTS: Final = ("name", "middle_name", "company_name", "street", "address")
_SLIPS: Final = ("phone", "postcode", "national_id", "registration_number")
_WORDS: Final = ("birth_year", "birth_place", "gender", "nationality", "occupation", "house_number", "city", "region", "country", "url")  # fmt: skip


class PeerFailed(ClewError):
    """Splink could not train on these records; the message is its own."""

    code = "PEER_FAILED"


def splink(con: duckdb.DuckDBPyConnection, records: Records, *, linked: bool) -> Clustering:
    """Plain Splink's clusters; raises PeerFailed."""
    started = time.perf_counter()
    columns = _columns(con, records)
    try:
        found = _clusters(con, columns, linked)
    except (
        Exception
    ) as error:  # Splink and DuckDB raise what they like on tables too small or too alike to train on
        raise PeerFailed(f"Splink: {type(error).__name__}: {' '.join(str(error).split())[:300]}") from error
    clusters = list(range(len(records)))
    for row, name in found[0]:
        clusters[int(str(row))] = int(str(name).split("-")[-1])
    return Clustering(clusters, found[1], time.perf_counter() - started)


def _columns(con: duckdb.DuckDBPyConnection, records: Records) -> list[str]:
    """Table peer_rows(unique_id, source_dataset, …): the first text that each column states, lower case; those that differ."""
    made: dict[str, Any] = {"unique_id": pa.array(range(len(records)), pa.int64())}
    made["source_dataset"] = pa.array([f"f{n}" for n in records.file])
    lead = dates.day_first(text for texts in records.values.get("birth_date", ()) for text in texts)
    for name, rows in records.values.items():
        texts = [re.sub(r"\s+", " ", held[0]).lower() if held else None for held in rows]
        if name == "birth_date":
            texts = [_iso(text, lead) if text else None for text in texts]
        made[name] = pa.array(texts, pa.string())
    con.register("v_peer", pa.table(made))
    con.execute("CREATE OR REPLACE TABLE peer_rows AS SELECT * FROM v_peer")
    con.unregister("v_peer")
    differ = [f"count(DISTINCT {name})" for name in records.values]
    counts = one(con, f"SELECT {', '.join(differ)} FROM peer_rows")
    return [name for name, n in zip(records.values, counts, strict=True) if n > 1]


def _iso(text: str, lead: bool) -> str | None:
    parts = dates.born(text, days_lead=lead)
    return f"{parts[0]:04d}-{parts[1]:02d}-{parts[2]:02d}" if parts and parts[1] and parts[2] else None


def _comparisons(columns: list[str]) -> list[Any]:
    import splink.comparison_library as cl

    held = set(columns)
    found: list[Any] = []
    if {"first_name", "last_name"} <= held:
        found.append(cl.ForenameSurnameComparison("first_name", "last_name"))
        held -= {"first_name", "last_name"}
    for name in columns:
        if name in held:
            if name == "birth_date":
                found.append(cl.DateOfBirthComparison(name, input_is_string=True))
            elif name == "email":
                found.append(cl.EmailComparison(name))
            elif name in ("first_name", "last_name", "name", "middle_name", "company_name"):
                found.append(cl.NameComparison(name))
            elif name in _TEXTS or name.startswith("other_"):
                found.append(cl.JaroWinklerAtThresholds(name))
            elif name in _SLIPS:
                found.append(cl.LevenshteinAtThresholds(name))
            elif name in _WORDS:
                found.append(cl.ExactMatch(name).configure(term_frequency_adjustments=True))
    return found


def _clusters(con: duckdb.DuckDBPyConnection, columns: list[str], linked: bool) -> tuple[list[tuple[Any, Any]], tuple[Any, Any]]:  # fmt: skip
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    sizes = {
        name: one(
            con,
            f"""SELECT coalesce(sum({"n * (m - n)" if linked else "m * (m - 1)"} // {1 if linked else 2}), 0)::BIGINT FROM
                (SELECT count(*) AS m, count(*) FILTER (source_dataset = 'f0') AS n FROM peer_rows WHERE {name} IS NOT NULL GROUP BY {name})""",
        )[0]
        for name in columns
    }
    narrow = sorted(
        (name for name in columns if 0 < sizes[name] <= _PAIRS), key=lambda name: (sizes[name], name)
    )
    if not narrow:
        raise ValueError("no column parts the records into blocks")
    settings = SettingsCreator(
        "link_only" if linked else "dedupe_only", _comparisons(columns), [block_on(name) for name in narrow]
    )
    api = DuckDBAPI(con)
    if linked:
        tables = []
        for side in ("f0", "f1"):
            con.execute(
                f"CREATE OR REPLACE TABLE peer_{side} AS SELECT * FROM peer_rows WHERE source_dataset = '{side}'"
            )
            tables.append(api.register(f"peer_{side}"))
        linker = Linker(tables, settings, log_level=None)
    else:
        linker = Linker(api.register("peer_rows"), settings, log_level=None)
    training = linker.training
    # What is most often stated trains best; a block of hardly a pair teaches nothing.
    full = dict(
        zip(
            narrow,
            one(con, f"SELECT {', '.join(f'count({name})' for name in narrow)} FROM peer_rows"),
            strict=True,
        )
    )
    stated = sorted(narrow, key=lambda name: (-full[name], sizes[name], name))
    pairs: list[tuple[str, ...]] = [(a, b) for n, a in enumerate(stated[:3]) for b in stated[n + 1 : 3]]
    pairs = pairs or [(narrow[0],)]
    if any(_agree(con, names, linked) for names in pairs):
        sure: list[Any] = [block_on(*names) for names in pairs]
        training.estimate_probability_two_random_records_match(sure, recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for name in [name for name in stated if sizes[name] >= _TAUGHT][:2]:
        training.estimate_parameters_using_expectation_maximisation(block_on(name))
    predicted = linker.inference.predict(threshold_match_probability=None, warning_mode="never")
    met = con.execute(
        f"SELECT unique_id_l AS a, unique_id_r AS b FROM {predicted.physical_name}"
    ).fetchnumpy()
    grouped = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predicted, threshold_match_probability=THRESHOLD
    )
    rows = con.execute(
        f"SELECT unique_id, cluster_id FROM {grouped.physical_name} ORDER BY unique_id"
    ).fetchall()
    first: dict[str, int] = {}
    return [(row, first.setdefault(str(name), int(row))) for row, name in rows], (
        np.asarray(met["a"]),
        np.asarray(met["b"]),
    )


def _agree(con: duckdb.DuckDBPyConnection, names: tuple[str, ...], linked: bool) -> bool:
    """Whether any two records agree in all of these: without one, Splink's estimate of the prior is a logarithm of 0."""
    same = " AND ".join(f"l.{name} = r.{name}" for name in names)
    apart = "l.source_dataset <> r.source_dataset" if linked else "true"
    return one(con, f"SELECT count(*) FROM (SELECT 1 FROM peer_rows l JOIN peer_rows r ON {same} WHERE l.unique_id < r.unique_id AND {apart} LIMIT 1)") == (1,)  # fmt: skip

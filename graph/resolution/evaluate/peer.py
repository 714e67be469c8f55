"""Plain Splink beside ours: its comparison library's own comparisons on the same columns, as stated; blocking on single
columns, unsupervised training, and clusters at 0.95, as its documentation does it. Where no column gives pairs, or too many, on how values start, on two
columns at once, or on a column's rare values; where training comes to nothing, its default chances stay."""

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
_STARTS: Final = (4, 2)
"""Characters at the start of a value that a block is of, where no value is stated twice."""
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
        raise PeerFailed(f"Splink: {_cause(error)}") from error
    clusters = list(range(len(records)))
    for row, name in found[0]:
        clusters[int(str(row))] = int(str(name).split("-")[-1])
    return Clustering(clusters, found[1], time.perf_counter() - started)


def _cause(error: BaseException) -> str:
    """What was at the bottom of an error: Splink's own repeats its whole statement before it says so."""
    while error.__cause__ is not None:
        error = error.__cause__
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


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
    sizes = _blocks(con, columns, linked)
    if not sizes:
        raise ValueError("no column parts the records into blocks")
    linker = _trained(con, columns, sizes, linked)
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


def _trained(con: duckdb.DuckDBPyConnection, columns: list[str], sizes: dict[str, int], linked: bool) -> Any:
    """Splink's linker, trained in blocks of two columns where that succeeds; what is not trained keeps Splink's default chances."""
    from splink import block_on
    from splink.internals.exceptions import EMTrainingException, SplinkException

    # What is most often stated trains best; a block of hardly a pair teaches nothing.
    full = dict(zip(sizes, one(con, f"SELECT {', '.join(f'count({name})' for name in sizes)} FROM peer_rows"), strict=True))  # fmt: skip
    stated = sorted(sizes, key=lambda name: (-full[name], sizes[name], name))
    pairs: list[tuple[str, ...]] = [(a, b) for n, a in enumerate(stated[:3]) for b in stated[n + 1 : 3]]
    pairs = pairs or [(stated[0],)]
    # Of what is blocked on in place of columns, to agree is no sign of being one.
    sure = set(sizes) <= set(columns) and any(_agree(con, names, linked) for names in pairs)
    failed: set[str] = set()
    while True:
        linker = _linker(con, columns, sizes, linked)
        training = linker.training
        if sure:
            rules: list[Any] = [block_on(*names) for names in pairs]
            training.estimate_probability_two_random_records_match(rules, recall=0.7)
        training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        teach = [n for n in stated if sizes[n] >= _TAUGHT and n not in failed and _others(columns, n)][:2]
        try:
            for name in teach:
                training.estimate_parameters_using_expectation_maximisation(block_on(name))
        except (ValueError, SplinkException, EMTrainingException):
            # A level that no pair has comes out as a chance of 0, which Splink refuses, and leaves the linker without what it was about.
            failed.add(name)
        else:
            return linker


def _linker(con: duckdb.DuckDBPyConnection, columns: list[str], sizes: dict[str, int], linked: bool) -> Any:
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    rules: list[Any] = [block_on(name) for name in sorted(sizes, key=lambda name: (sizes[name], name))]
    settings = SettingsCreator("link_only" if linked else "dedupe_only", _comparisons(columns), rules)
    api = DuckDBAPI(con)
    if not linked:
        return Linker(api.register("peer_rows"), settings, log_level=None)
    for side in ("f0", "f1"):
        con.execute(
            f"CREATE OR REPLACE TABLE peer_{side} AS SELECT * FROM peer_rows WHERE source_dataset = '{side}'"
        )
    return Linker([api.register(f"peer_{side}") for side in ("f0", "f1")], settings, log_level=None)


def _others(columns: list[str], name: str) -> bool:
    """Whether anything is compared besides a column, and so trained in its blocks; Splink makes SQL of nothing of it."""
    names = {"first_name", "last_name"}
    with_it = names if name in names and names <= set(columns) else {name}
    return bool(set(columns) - with_it)


def _blocks(con: duckdb.DuckDBPyConnection, columns: list[str], linked: bool) -> dict[str, int]:
    """Columns of peer_rows to block on, and the pairs that each gives: those of the records; where none gives any or all give too many,
    columns made for it, of the first sort that does. {} when nothing does."""
    found = _narrow(con, columns, linked)
    (n,) = one(con, "SELECT count(*) FROM peer_rows")
    few = max(2, 2 * _PAIRS // max(n, 1))
    for made in (
        {f"start_{k}_{name}": f"substr({name}, 1, {k})" for k in _STARTS for name in columns},
        {f"both_{a}_{b}": f"{a} || '|' || {b}" for i, a in enumerate(columns) for b in columns[i + 1 :]},
        {f"rare_{name}": f"CASE WHEN count(*) OVER (PARTITION BY {name}) <= {few} THEN {name} END" for name in columns},
    ):  # fmt: skip
        if found:
            break
        if made:
            told = ", ".join(f"{sql} AS {name}" for name, sql in made.items())
            con.execute(f"CREATE OR REPLACE TABLE peer_rows AS SELECT *, {told} FROM peer_rows")
            found = _narrow(con, list(made), linked)
    return found


def _narrow(con: duckdb.DuckDBPyConnection, columns: list[str], linked: bool) -> dict[str, int]:
    """Of some columns those that give some pairs and not too many, with their number."""
    sizes = {
        name: one(
            con,
            f"""SELECT coalesce(sum({"n * (m - n)" if linked else "m * (m - 1)"} // {1 if linked else 2}), 0)::BIGINT FROM
                (SELECT count(*) AS m, count(*) FILTER (source_dataset = 'f0') AS n FROM peer_rows WHERE {name} IS NOT NULL GROUP BY {name})""",
        )[0]
        for name in columns
    }
    return {name: size for name, size in sizes.items() if 0 < size <= _PAIRS}


def _agree(con: duckdb.DuckDBPyConnection, names: tuple[str, ...], linked: bool) -> bool:
    """Whether any two records agree in all of these: without one, Splink's estimate of the prior is a logarithm of 0."""
    same = " AND ".join(f"l.{name} = r.{name}" for name in names)
    apart = "l.source_dataset <> r.source_dataset" if linked else "true"
    return one(con, f"SELECT count(*) FROM (SELECT 1 FROM peer_rows l JOIN peer_rows r ON {same} WHERE l.unique_id < r.unique_id AND {apart} LIMIT 1)") == (1,)  # fmt: skip

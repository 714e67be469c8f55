"""Versions of the models: the parameters they ship with, or others that a data directory has adopted.

A version is a folder that `clew train` makes: card.json (which model it is of), parameters.json, frequencies.parquet. An adopted
one is kept in the data directory, `models/<fingerprint>/`, and named by the ledger line of the revision from which it decides.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from graph.check import kept
from graph.errors import Refused
from graph.files import fingerprint_all, scratch, sync
from graph.ledger import Line
from graph.resolution.models import DECIDERS, MODELS
from graph.resolution.models.base import Model

CARD: Final = "card.json"
PARAMETERS: Final = "parameters.json"
FREQUENCIES: Final = "frequencies.parquet"
FILES: Final = (CARD, PARAMETERS, FREQUENCIES)
_BITS: Final = ("accept", "review")
"""What parameters.json may state beside `prior` and `comparisons`: from how many bits two are SAME, and proposed."""


def load(new: str) -> Model:
    """The version that a folder holds, or the shipped one of a model's name.

    Raises Refused, with file and value, where the folder's do not fit the model."""
    folder = Path(new)
    if new in DECIDERS and not folder.is_dir():
        return DECIDERS[new]
    if not (folder / CARD).is_file():
        raise Refused(
            f"{new} is no model version: no folder with {CARD}, and none of the models {', '.join(DECIDERS)}.",
            remedy="Make one: `clew train KIND --out DIR`.",
        )
    return _read(folder)


def keep(root: Path, model: Model) -> str:
    """Keep a version's files in a data directory; gives their fingerprint, "" for a shipped version."""
    if model.home is None:
        return ""
    (root / "models").mkdir(exist_ok=True)
    with scratch(root, "adopting") as work:
        part = work / "version"
        part.mkdir()
        for name in FILES:
            if (model.home / name).exists():
                shutil.copyfile(model.home / name, part / name)
                sync(part / name)
        found = fingerprint_all(part)
        if not (root / "models" / found).is_dir():
            part.rename(root / "models" / found)
    sync(root / "models")
    return found


def adopted(lines: Iterable[Line], until: int | None = None) -> dict[str, str]:
    """Decider -> fingerprint of the versions in force at a revision, of those that are not shipped."""
    found: dict[str, str] = {}
    for line in lines:
        if line.kind == "resolve" and (until is None or line.revision <= until):
            found = dict(line.content.get("adopted", {}))
    return found


def in_force(root: Path, held: Mapping[str, str]) -> tuple[Model, ...]:
    """All models, those of `held` (adopted()) in the version that the data directory keeps.

    Raises Corrupt when one is missing or changed."""
    return tuple(_read(kept(root, m.decider, held[m.decider])) if m.decider in held else m for m in MODELS)


def _read(folder: Path) -> Model:
    card, said = _json(folder / CARD), _json(folder / PARAMETERS)
    model = DECIDERS.get(str(card.get("model")))
    if model is None:
        raise Refused(
            f"{folder / CARD}: model {card.get('model')!r} is none.", remedy=f"Use {', '.join(DECIDERS)}."
        )
    _check(folder / PARAMETERS, model, said)
    if model.frequencies:
        _check_terms(folder / FREQUENCIES, model)
    return replace(
        model, home=folder.resolve(),
        accept=float(said.get("accept", model.accept)), review=float(said.get("review", model.review)),
    )  # fmt: skip


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Refused(f"{path} cannot be read: {error}.") from error
    if not isinstance(found, dict):
        raise Refused(f"{path} holds no JSON object.")
    return found


def _check(path: Path, model: Model, said: Mapping[str, Any]) -> None:
    """Every comparison and level of the model with m and u, and nothing else."""
    if extra := set(said) - {"prior", "comparisons", *_BITS}:
        raise Refused(f"{path}: {min(extra)!r} is no parameter of {model.decider}.")
    wanted = {c.name: {x.label for x in c.levels if not x.null} for c in model.comparisons}
    held = said.get("comparisons")
    if not isinstance(held, dict) or {c: set(x) for c, x in held.items() if isinstance(x, dict)} != wanted:
        raise Refused(
            f"{path}: its comparisons and levels are not those of {model.decider}.",
            remedy="It was made for another version of the program: train it again.",
        )
    chances: list[tuple[str, Any]] = [("prior", said.get("prior", model.prior))]
    chances += [
        (f"{c}, {level}, {mu}", told.get(mu) if isinstance(told, dict) else None)
        for c, levels in held.items() for level, told in levels.items() for mu in ("m", "u")
    ]  # fmt: skip
    for name, value in chances:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
            raise Refused(f"{path}: {name}: {value!r} is no chance between 0 and 1.")
    for name in _BITS:
        value = said.get(name, 0.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1000:
            raise Refused(f"{path}: {name}: {value!r} is no number of bits.")


def _check_terms(path: Path, model: Model) -> None:
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise Refused(f"{path} cannot be read: {error}.") from error
    if table.column_names != ["field", "value", "tf"]:
        raise Refused(f"{path}: columns {', '.join(table.column_names)}, not field, value, tf.")
    if extra := {str(one) for one in table["field"].unique().to_pylist()} - set(model.frequencies):
        raise Refused(f"{path}: {min(extra)!r} is no column whose frequencies {model.decider} uses.")

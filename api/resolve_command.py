"""`clew resolve` and `clew train`: the models decide, a version of them is looked at or adopted, a version is made."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from api.service import Service
from api.settings import Settings
from graph.errors import Usage
from graph.resolution.preview import Change, Part, Tie

_ERR = Console(stderr=True)
_OUT = Console()


def resolve(settings: Settings, args: argparse.Namespace) -> int:
    """See commands.resolve."""
    if args.model == "":
        raise Usage("--model is empty: name a folder that `clew train` made, or a shipped model.")
    if args.preview:
        return _preview(settings, args)
    if args.reader or args.limit is not None:
        raise Usage("--as and --limit go with --preview.")
    service = Service(settings)
    try:
        report = service.resolve(anew=args.full, model=args.model or "", engine=args.engine or "duckdb")
        head = service.directory.ledger.head()
    finally:
        service.close()
    if args.json:
        print(json.dumps(report, ensure_ascii=False))
        return 0
    for name, full in report["full"].items():
        for key, count in full.items():
            _ERR.print(f"{name}: {key}: {count:,} values that too many share", markup=False)
    told = ", ".join(f"{count:,} {verdict}" for verdict, count in report["decided"].items())
    compared = ", ".join(f"{count:,} pairs compared by {name}" for name, count in report["compared"].items())
    adopted = f"adopted {args.model}; " if args.model and report["revision"] is not None else ""
    decided = f"decided {told or 'nothing new'} at revision {head}"
    what = adopted + (
        decided if report["revision"] else f"nothing new; nothing was committed (revision {head})"
    )
    _ERR.print(f"{what}; {compared or 'nothing to compare'} ({report['seconds']:.1f} s)", markup=False)
    return 0


def _preview(settings: Settings, args: argparse.Namespace) -> int:
    limit = 50 if args.limit is None else args.limit
    if limit < 0:
        raise Usage("--limit counts changes: 0 or more.")
    service = Service(settings)
    try:
        scope, engine = service.scope(args.reader), args.engine or "duckdb"
        found = service.preview(scope, limit, model=args.model or "", engine=engine)
        head = service.directory.ledger.head()
    finally:
        service.close()
    shown = len(found.changes)
    cut = {"by": "limit", "limit": limit, "left": found.total - shown} if shown < found.total else None
    if args.json:
        told: dict[str, Any] = {
            "revision": head, "counts": found.counts, "changes": [asdict(c) for c in found.changes], "truncated": cut,
        }  # fmt: skip
        print(json.dumps(told, ensure_ascii=False))
        return 0
    for change in found.changes:
        _OUT.print(_told(change), markup=False, highlight=False, soft_wrap=True)
    if cut:
        _ERR.print(f"{cut['left']:,} more changes: --limit {found.total}", markup=False)
    counts = ", ".join(f"{count:,} {what}" for what, count in found.counts.items())
    _ERR.print(f"{counts}; nothing was committed (revision {head})", markup=False)
    return 0


def _told(change: Change) -> str:
    lines = [f"{change.what}: {_parts(change.before)} -> {_parts(change.after)}"]
    return "\n".join([*lines, *(f"  {_tie(tie)}" for tie in change.because)])


def _parts(parts: tuple[Part, ...]) -> str:
    return " + ".join(f"{part.caption or '(no name)'} [{part.id}, {part.size:,}]" for part in parts)


def _tie(tie: Tie) -> str:
    before, after = (
        "nothing" if said is None
        else said.verdict + ("" if said.bits is None else f" {said.bits:.1f} bits") + (f" ({said.against})" if said.against else "")
        for said in (tie.before, tie.after)
    )  # fmt: skip
    bits = ", ".join(f"{name} {bits:+.1f}" for name, bits in tie.comparisons.items() if bits)
    return f"{tie.a} {tie.b} by {tie.by}: {before} -> {after}" + (f": {bits}" if bits else "")


def train(settings: Settings, args: argparse.Namespace) -> int:
    """See commands.train."""
    service = Service(settings)
    try:
        card = service.train(args.kind, Path(args.out), about=args.about or "", seed=args.seed)
    finally:
        service.close()
    if args.json:
        print(json.dumps(card, ensure_ascii=False))
    else:
        _ERR.print(
            f"{args.out}: a version of {card['model']} from {card['mentions']:,} mentions; see what it would change: "
            f"clew resolve --model {args.out} --preview", markup=False, soft_wrap=True,
        )  # fmt: skip
    return 0

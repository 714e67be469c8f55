"""`python -m tests.benchmarks [ROW …] [--size small|full]`: measure, and print one table. Progress on stderr."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from rich.console import Console

from api.cli import collect_less
from tests.benchmarks.bench import SIZES, Row, benchmarks
from tests.benchmarks.table import show
from tests.benchmarks.workshop import Workshop

WIDTH = 190
"""Characters of the table where no terminal says how wide it is."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the chosen benchmarks, all when none is named."""
    known = benchmarks()
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Clew beside its peers.")
    options.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(known)} (default: all)")
    options.add_argument("--size", choices=SIZES, default="small", help="full: minutes, and 15 GB of disk")
    options.add_argument("--scratch", type=Path, help="where to put files (default: the system's)")
    chosen = options.parse_args(argv)
    if unknown := sorted(set(chosen.rows) - known.keys()):
        options.error(f"no such row: {', '.join(unknown)}")
    said = Console(stderr=True)
    collect_less()  # as every command does
    began, rows = datetime.now(UTC), list[tuple[str, Row]]()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="clew-bench-", dir=chosen.scratch) as folder,
            said.status("…") as status,
            Workshop(Path(folder), SIZES[chosen.size], status.update) as workshop,
        ):
            for name in chosen.rows or known:
                start = perf_counter()
                for row in known[name].run(workshop):
                    said.print(f"{name}: {row.work}: {row.ours:,.2f} {row.unit}", markup=False)
                    rows.append((name, row))
                said.print(f"{name}: done in {perf_counter() - start:.0f} s", markup=False)
    finally:  # what was measured before an interruption or a failure cost enough to be shown
        out = Console() if sys.stdout.isatty() else Console(width=WIDTH)
        show(out, rows, SIZES[chosen.size], began)
    return 0


if __name__ == "__main__":
    sys.exit(main())

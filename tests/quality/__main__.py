"""`python -m tests.quality people STATE TRUTH`, `world STATE TRUTH` or `sets [FOLDER]`: how good the models are; prints, asserts nothing."""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.quality.people import judge_people
from tests.quality.sets import assemble, names, told
from tests.quality.world import lines as world_lines


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.quality")
    asked = parser.add_subparsers(dest="what", required=True)
    world = asked.add_parser("people", help="a made-up world that is ingested")
    world.add_argument("state", type=Path, help="the data directory's state.duckdb")
    world.add_argument("truth", type=Path, help="the world's truth/records.csv")
    world.add_argument(
        "--no-owners",
        action="store_true",
        help="leave out the owners of phone books, whom only their book names",
    )
    whole = asked.add_parser("world", help="the same, all kinds with all models, beside its goal")
    whole.add_argument("state", type=Path, help="the data directory's state.duckdb")
    whole.add_argument("truth", type=Path, help="the world's truth/records.csv")
    sets = asked.add_parser("sets", help="the truth sets, beside plain Splink")
    sets.add_argument("data", type=Path, nargs="?", help="a folder that holds the files of those not shipped")
    given = parser.parse_args()
    if given.what == "people":
        print(judge_people(given.state, given.truth, owners=not given.no_owners))
        return
    if given.what == "world":
        print("\n".join(world_lines(given.state, given.truth)))
        return
    with TemporaryDirectory() as into:
        for name in names():
            folder = assemble(name, Path(into), given.data)
            lines = (
                told(name, folder) if folder else [f"{name:20} its files are not there: name their folder"]
            )
            print("\n".join(lines), flush=True)


if __name__ == "__main__":
    main()

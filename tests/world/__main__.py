"""`python -m tests.world OUT --companies N [--seed S] [--months M] [--families LIST] [--case story]`: write a world, print what was written."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .generate import generate
from .plan import FAMILIES


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.world", description="Write a made-up world of companies and flights."
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder to write into")
    parser.add_argument(
        "--companies", type=int, default=200, metavar="N", help="200 to 1,000,000 (default: 200)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="S", help="equal seeds give equal bytes (default: 1)"
    )
    parser.add_argument(
        "--months", type=int, metavar="M", help="monthly snapshots (default: 1; 3 for the story)"
    )
    parser.add_argument(
        "--case", choices=["story"], help="plant a case worth finding; its facts are in truth/story.json"
    )
    parser.add_argument(
        "--families",
        default=",".join(FAMILIES),
        metavar="LIST",
        help=f"what is grown beside registers and flights: of {','.join(FAMILIES)} (default: all; '' for none)",
    )
    given = parser.parse_args()
    months = given.months or (3 if given.case else 1)
    try:
        families = [name for name in given.families.split(",") if name]
        summary = generate(
            given.out, given.companies, given.seed, months, given.case == "story", families=families
        )
    except ValueError as wrong:
        parser.error(str(wrong))
    for name, lines in summary.lines.items():
        print(f"{lines:>9}  {name}")
    print(f"{summary.truth:>9}  truth/records.csv")
    return 0


if __name__ == "__main__":
    sys.exit(main())

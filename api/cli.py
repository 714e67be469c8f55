"""`clew`: the command line. Progress and logs go to stderr, results to stdout.

Exit status: 0 landed (rejects allowed), 1 refused or query errors, 2 usage.
"""

from __future__ import annotations

import argparse
import atexit
import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api import commands
from api.settings import Settings
from graph.errors import ClewError, Usage


class _Verb(argparse.ArgumentParser):
    """A command's own parser, which takes --data and --store too: before the command's name or after it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name, shown in (("--data", "DIR"), ("--store", "URL")):
            self.add_argument(name, metavar=shown, default=argparse.SUPPRESS, help=argparse.SUPPRESS)

    _apart = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Options before, between and behind what else is said: argparse alone wants the rest in one piece."""
        if self._apart:
            return super().parse_known_args(args, namespace)
        self._apart = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._apart = False


def parser() -> argparse.ArgumentParser:
    """The whole command line, with its help."""
    top = argparse.ArgumentParser(
        prog="clew",
        description="Companies, flights and more resolved into one entity graph, behind one GraphQL API.",
        epilog="Start with: clew demo",
    )
    top.add_argument(
        "--data", metavar="DIR", help="data directory, made when missing (CLEW_DATA; ./clew-data)"
    )
    top.add_argument(
        "--store", metavar="URL", help="sqlite:///path or neo4j://host:port (CLEW_STORE; sqlite in DIR)"
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND", parser_class=_Verb)

    ingest = verbs.add_parser(
        "ingest", help="take files in: one revision each", description=commands.ingest.__doc__,
        epilog=f"Formats: {', '.join(_formats())}.",
    )  # fmt: skip
    ingest.add_argument(
        "paths", nargs="+", metavar="PATH", help="files, .zip or .gz archives, or folders of them"
    )
    ingest.add_argument(
        "--source",
        default="",
        metavar="NAME",
        help="the data set (default: one per format and label); give a register's snapshots and its stream one name",
    )
    ingest.add_argument("--format", metavar="NAME", help="the format, where the content does not tell")
    for part in ("case", "marking", "handling", "caveat"):
        ingest.add_argument(f"--{part}", default="", help=f"{part} of the source's access label")
    ingest.add_argument("--purpose", default="", help="why this data is held")
    ingest.add_argument("--zone", default="", help="IANA zone of times that state none (default: unknown)")
    ingest.add_argument(
        "--complete", action="store_true", help="these files state all of their source: end what they lack"
    )
    ingest.add_argument(
        "--owner",
        default="",
        metavar="TEXT",
        help="whose phone book it is: a name, a phone number, an e-mail address, or all three (default: nobody known)",
    )
    ingest.add_argument("--json", action="store_true", help="one JSON line a file on stdout, nothing else")

    resolve = verbs.add_parser("resolve", help="let the models decide", description=commands.resolve.__doc__)
    resolve.add_argument(
        "--full", action="store_true", help="compare everything again, whatever was compared before"
    )
    resolve.add_argument(
        "--model", metavar="NEW", help="adopt a version of a model: a folder of `clew train`, or a shipped one's name"
    )  # fmt: skip
    resolve.add_argument(
        "--preview", action="store_true", help="list what would merge or split; commit nothing"
    )
    resolve.add_argument("--limit", type=int, metavar="N", help="changes that --preview lists (50)")
    resolve.add_argument("--as", dest="reader", metavar="READER", help="--preview as this reader sees it")
    resolve.add_argument(
        "--engine", metavar="ENGINE", help="duckdb (here), or spark://HOST:PORT: a cluster that reaches DIR, too"
    )  # fmt: skip
    resolve.add_argument("--json", action="store_true", help="one JSON object on stdout")

    review = verbs.add_parser("review", help="judge proposals", description=commands.review.__doc__)
    review.add_argument("--kind", metavar="KIND", help="only entities of this kind")
    review.add_argument("--as", dest="reader", metavar="READER", help="as this reader of readers.toml")

    train = verbs.add_parser("train", help="make a version of a model", description=commands.train.__doc__)
    train.add_argument("kind", metavar="KIND", help="Person, Company, Address or Account")
    train.add_argument("--out", required=True, metavar="DIR", help="the version's folder, made when missing")
    train.add_argument("--about", metavar="TEXT", help="what the data is, for the card")
    train.add_argument("--seed", type=int, metavar="N", help="of the sample of pairs (20260901)")
    train.add_argument("--json", action="store_true", help="the card, one JSON object on stdout")

    evaluate = verbs.add_parser(
        "evaluate", help="hold resolution to a truth set", description=commands.evaluate.__doc__,
        epilog="What truth.toml says: docs/evaluate.md.",
    )  # fmt: skip
    evaluate.add_argument("folder", metavar="DIR", help="a folder with truth.toml and its files")
    evaluate.add_argument("--json", action="store_true", help="one JSON line on stdout")
    evaluate.add_argument("--peer", choices=("splink",), help="plain Splink beside it, in the same run")
    evaluate.add_argument(
        "--threshold", type=float, metavar="P", help="the probability from which two are one (0.95)"
    )

    match = verbs.add_parser(
        "match", help="whom a list of people or bodies may be", description=commands.match.__doc__
    )
    match.add_argument("file", metavar="FILE|-", help="a CSV file, - for stdin")
    match.add_argument("--out", metavar="FILE", help="write the CSV there (default: stdout)")
    match.add_argument(
        "--kind", choices=("Person", "Organisation"), default="Person", help="(default: Person)"
    )
    match.add_argument("--first", type=int, default=3, metavar="N", help="candidates a line (3)")
    match.add_argument("--json", action="store_true", help="one JSON line a record on stdout")
    match.add_argument("--as", dest="reader", metavar="READER", help="as this reader of readers.toml")

    rejects = verbs.add_parser(
        "rejects", help="records that could not be read", description=commands.rejects.__doc__
    )
    rejects.add_argument("--source", default="", metavar="NAME", help="only this source's")
    rejects.add_argument("--json", action="store_true", help="one JSON line a reject")

    sources = verbs.add_parser("sources", help="what is held", description=commands.sources.__doc__)
    sources.add_argument(
        "--as", dest="reader", metavar="READER", help="as this reader of readers.toml sees it"
    )
    sources.add_argument("--json", action="store_true")

    query = verbs.add_parser("query", help="run GraphQL in process", description=commands.query.__doc__)
    query.add_argument("file", metavar="FILE|-", help="a file with a GraphQL document, - for stdin")
    query.add_argument("--variables", default="{}", metavar="JSON")
    query.add_argument("--as", dest="reader", metavar="READER", help="as this reader of readers.toml")

    serve = verbs.add_parser("serve", help="the GraphQL API over HTTP", description=commands.serve.__doc__)
    serve.add_argument("--host", help="address to listen on (CLEW_HOST; 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port, 0 for a free one (CLEW_PORT; 8000)")
    serve.add_argument(
        "--folder", metavar="DIR", help="take in what is put into this folder; a JSON line a file on stdout"
    )
    serve.add_argument(
        "--folder-source",
        default="",
        metavar="NAME",
        help="the data set of these files (default: one per format and label)",
    )
    for part in ("case", "marking", "handling", "caveat"):
        serve.add_argument(f"--folder-{part}", default="", help=f"{part} of these files' access label")
    serve.add_argument("--folder-purpose", default="", help="why these files are held")
    serve.add_argument("--folder-zone", default="", help="IANA zone of times in them that state none")
    serve.add_argument("--folder-owner", default="", metavar="TEXT", help="whose phone books they are")

    watch = verbs.add_parser(
        "watch", help="be told of new links", description=commands.watch.__doc__,
        epilog="clew watch add Phone '+44 7700 900123'; clew watch --follow",
    )  # fmt: skip
    watch.add_argument("action", nargs="?", choices=("add", "list", "remove"), default="list")
    watch.add_argument(
        "what", nargs="*", metavar="KIND IDENTIFIER | ID", help="what to add, or the watch to remove"
    )
    watch.add_argument("--entity", metavar="ID", help="add: an entity by id")
    watch.add_argument("--link-kinds", default="", metavar="KIND,…", help="add: only links of these kinds")
    watch.add_argument("--note", default="", help="add: why")
    watch.add_argument("--follow", action="store_true", help="print alerts as JSON lines, as they come")
    watch.add_argument("--after", metavar="TOKEN", help="follow: go on behind the alert with this token")
    watch.add_argument("--change", choices=("CREATED", "UPDATED"), help="follow: only these")
    watch.add_argument("--as", dest="reader", metavar="READER", help="as this reader of readers.toml")

    export = verbs.add_parser("export", help="CSV and GraphML", description=commands.export.__doc__)
    export.add_argument("what", choices=("crosswalk", "graph"))
    export.add_argument(
        "--out", required=True, metavar="FILE", help="graph as csv: FILE.nodes.csv and FILE.links.csv"
    )
    export.add_argument("--kind", metavar="KIND", help="crosswalk: only entities of this kind")
    export.add_argument(
        "--format", choices=("csv", "graphml"), default="graphml", help="graph (default: graphml)"
    )
    export.add_argument("--ids", metavar="ID,…", help="graph: these entities")
    export.add_argument(
        "--hops", type=int, default=1, metavar="N", help="graph: and what is so near to them (1)"
    )
    export.add_argument(
        "--first", type=int, default=10_000, metavar="N", help="graph: at most so many entities"
    )
    export.add_argument(
        "--max-degree", type=int, default=1000, metavar="N", help="graph: never through larger hubs"
    )
    export.add_argument("--query", metavar="FILE|-", help="graph: what this GraphQL document answers with")
    export.add_argument("--variables", default="{}", metavar="JSON")
    export.add_argument("--plain", action="store_true", help="no apostrophe before what looks like a formula")
    export.add_argument("--as", dest="reader", metavar="READER", help="as this reader of readers.toml")

    enrich = verbs.add_parser(
        "enrich", help="let an enricher read the texts", description=commands.enrich.__doc__
    )
    enrich.add_argument(
        "enricher", nargs="?", default="language", metavar="ENRICHER", help="(default: language)"
    )
    enrich.add_argument("--json", action="store_true", help="one JSON object on stdout")

    analyse = verbs.add_parser(
        "analyse", help="run an algorithm over the graph", description=commands.analyse.__doc__,
        epilog=f"Algorithms: {', '.join(_algorithms())}; risk, by the risk model.",
    )  # fmt: skip
    analyse.add_argument("algorithm", metavar="ALGORITHM")
    analyse.add_argument("--engine", choices=("local", "gds"), default="local", help="(default: local)")
    analyse.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter; may be repeated"
    )
    analyse.add_argument("--kinds", default="", metavar="KIND,…", help="only entities of these kinds")
    analyse.add_argument("--link-kinds", default="", metavar="KIND,…", help="only links of these kinds")
    analyse.add_argument("--from", dest="start", metavar="DAY", help="only links that were so then or later")
    analyse.add_argument("--to", dest="end", metavar="DAY", help="only links that were so then or before")
    analyse.add_argument("--minimum-count", type=int, default=1, metavar="N", help="records behind a link")
    analyse.add_argument("--hub-damping", type=float, default=0.0, metavar="0…1")
    analyse.add_argument("--as", dest="reader", metavar="READER", help="as this reader of readers.toml")
    analyse.add_argument("--json", action="store_true")

    rebuild = verbs.add_parser(
        "rebuild", help="make the store anew from evidence", description=commands.rebuild.__doc__
    )
    rebuild.add_argument(
        "--until", type=int, metavar="REVISION", help="only so far, into a --store other than the live one"
    )

    check = verbs.add_parser(
        "check", help="prove the data directory sound", description=commands.check.__doc__
    )
    check.add_argument("--json", action="store_true")

    demo = verbs.add_parser(
        "demo", help="a made-up case, found and served", description=commands.demo.__doc__
    )
    demo.add_argument("--no-serve", action="store_true", help="print the findings and stop")

    neo4j = verbs.add_parser(
        "neo4j", help="a local Neo4j with GDS, without docker", description=commands.neo4j.__doc__
    )
    neo4j.add_argument("action", choices=("start", "stop", "status"))
    return top


def _formats() -> list[str]:
    """The names of the formats, by their files: to import them for a help text would take longer than the rest."""
    folder = Path(__file__).parents[1] / "ingest" / "formats"
    return sorted(file.stem.replace("_", "-") for file in folder.glob("[a-z]*.py"))


def _algorithms() -> list[str]:
    """The names of the algorithms, by their files."""
    folder = Path(__file__).parents[1] / "analytics" / "algorithms"
    return sorted(file.stem.replace("_", "-") for file in folder.glob("[a-z]*.py"))


def collect_less() -> None:
    """Leave what is imported out of garbage collection, and collect a hundredth as often: answers are many small rows
    without cycles, and going through all there is took 40 % of a packed answer's time (docs/benchmarks.md)."""
    gc.freeze()
    # What is frozen to the end is told of as leaked, on stderr, by libraries that count their objects.
    atexit.register(gc.unfreeze)
    gc.set_threshold(50_000, 20, 20)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status. Errors that Clew raises on purpose are one line on stderr."""
    args = parser().parse_args(argv)
    if argv is None:  # a process of its own
        collect_less()
    try:
        settings = Settings.read(data=args.data, store=args.store)
        return int(getattr(commands, args.verb)(settings, args))
    except ClewError as error:
        print(f"clew {args.verb}: {error}", file=sys.stderr)
        return 2 if isinstance(error, Usage) else 1
    except BrokenPipeError:  # the reader of our stdout (head, less) has gone
        sys.stderr.close()
        return 0
    except OSError as error:  # a full disk, a folder that may not be written: the machine's, not ours
        print(
            f"clew {args.verb}: {error.strerror or error}: {error.filename or ''}".rstrip(": "),
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("clew: stopped; what had landed stays.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())

"""`clew export`: the crosswalk of everything, or a graph as CSV or GraphML."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from api.export import answered, crosswalk, write_csv
from api.graphml import graphml
from api.schema.context import mention_ids
from api.schema.paging import MOST_PACKED, first_of
from api.service import Service
from api.settings import Settings
from graph.errors import Refused
from graph.model import View
from graph.reading.answers import Subgraph

_HUBS: Final = 5
"""Things that a message names; the others are counted."""


def run(settings: Settings, args: argparse.Namespace) -> int:
    """Do one export; gives the exit status."""
    service = Service(settings)
    try:
        view = service.view(service.scope(args.reader))
        out = Path(args.out)
        if out.is_dir() or not out.absolute().parent.is_dir():
            raise Refused(
                f"--out {args.out} cannot be written.", remedy="Name a file in a folder that is there."
            )
        if args.what == "crosswalk":
            rows = crosswalk(service, view, out, args.kind, plain=args.plain)
            print(f"{rows:,} mentions at revision {view.revision}: {out}", file=sys.stderr)
            return 0
        return _graph(service, view, args, out)
    finally:
        service.close()


def _graph(service: Service, view: View, args: argparse.Namespace, out: Path) -> int:
    view, found = _asked(service, view, args)
    for cut in found.truncated:
        print(f"Cut at {cut.limit:,}: there is more; --first N lists up to {MOST_PACKED:,}.", file=sys.stderr)
    if hubs := found.skipped_hubs:
        shown = ", ".join(hub.caption or hub.id.hex() for hub in hubs[:_HUBS])
        more = "" if len(hubs) <= _HUBS else f" and {len(hubs) - _HUBS:,} more"
        print(
            f"Not gone through, being linked to more than {args.max_degree:,} (--max-degree): {shown}{more}.",
            file=sys.stderr,
        )
    told = f"{len(found.entities):,} entities, {len(found.links):,} links at revision {view.revision}"
    if args.format == "graphml":
        with out.open("w", encoding="utf-8") as file:
            file.writelines(graphml(found))
        print(f"{told}: {out}", file=sys.stderr)
        return 0
    nodes, links = (out.with_name(f"{out.stem}.{part}{out.suffix or '.csv'}") for part in ("nodes", "links"))
    write_csv(found, nodes, links, plain=args.plain)
    print(f"{told}: {nodes}, {links}", file=sys.stderr)
    return 0


def _asked(service: Service, view: View, args: argparse.Namespace) -> tuple[View, Subgraph]:
    if (args.query is None) == (args.ids is None):
        raise Refused("Say what to export.", remedy="Give --ids ID,… (with --hops N), or --query FILE.")
    if args.ids is not None:
        ids = mention_ids(each for each in args.ids.replace(",", " ").split())
        gone = [
            mid.hex() for mid, one in zip(ids, service.graph.entities(view, ids), strict=True) if one is None
        ]
        if gone:
            raise Refused(
                f"--ids: nothing held, or nothing that you may see, has the id {', '.join(gone[:_HUBS])}.",
                remedy="Leave it out.",
            )
        first = first_of(args.first, MOST_PACKED)
        found = service.graph.neighbourhood(
            view, ids, hops=args.hops, limit=first, max_degree=args.max_degree
        )
        return view, found
    from api.schema import execute

    try:
        text = sys.stdin.read() if args.query == "-" else Path(args.query).read_text(encoding="utf-8")
        variables = json.loads(args.variables)
    except (OSError, ValueError) as error:
        raise Refused(f"The query cannot be read: {error}.") from error
    answer = execute(service, text, variables, reader=args.reader)
    if answer.get("errors"):
        raise Refused(f"The query has errors: {json.dumps(answer['errors'], ensure_ascii=False)}")
    return view, answered(service, view, answer["data"])

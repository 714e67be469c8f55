"""What each `clew` command does: one function a command, (settings, arguments) -> exit status."""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from api.intake import Intake
from api.service import Service
from api.settings import Settings
from graph.access import AccessLabel
from graph.errors import Busy, Refused, Usage
from graph.store import same_store
from ingest.formats import format_named
from ingest.helpers.owner import owner_of

_ERR = Console(stderr=True, highlight=False)


def ingest(settings: Settings, args: argparse.Namespace) -> int:
    """Take files in. The format is found by content; a file is one revision; bytes already held commit nothing."""
    label = AccessLabel(args.marking, args.handling, args.case, args.caveat)
    intake = _intake(args.source, args.format, label, args.purpose, args.zone, args.complete, args.owner)
    service, refused = Service(settings), 0
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_ERR, transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def progress(name: str, done: int, total: int) -> None:
            bar.update(task, description=name, completed=done, total=total)

        def note(name: str, text: str) -> None:
            _ERR.print(f"{name}: {text}", markup=False, soft_wrap=True)

        known: list[str] = []

        def held(name: str, revision: int) -> None:
            known.append(f"= {name}: held since revision {revision}, nothing committed")

        files = _files(args.paths)
        for report in service.ingest_all(files, intake, progress=progress, note=note, held=held):
            refused += "refused" in report
            told = known.pop() if known else "" if args.json else _landed(report)
            if told:
                _ERR.print(told, markup=False, soft_wrap=True)
            if args.json:
                _print_json(report)
    service.close()
    return 1 if refused else 0


def _files(paths: list[str]) -> Iterator[Path]:
    for text in paths:
        path = Path(text)
        if path.is_dir():
            yield from sorted(child for child in path.rglob("*") if child.is_file())
        else:
            yield path


def _landed(report: dict[str, Any]) -> str:
    if "refused" in report:
        named = report["refused"].startswith(report["file"])
        return f"✗ {report['refused']}" if named else f"✗ {report['file']}: {report['refused']}"
    left = f", fields not read: {', '.join(report['leftovers'])}" if report["leftovers"] else ""
    bad = f", {report['rejected']} rejected (clew rejects)" if report["rejected"] else ""
    skipped = f", {report['skipped']} skipped" if report["skipped"] else ""
    return (
        f"✓ {report['file']}: {report['format']}, {report['read']:,} read{bad}{skipped}{left}; "
        f"{report['mentions']:,} mentions, {report['links']:,} links at revision {report['revision']} "
        f"({report['seconds']:.1f} s)"
    )


def resolve(settings: Settings, args: argparse.Namespace) -> int:
    """Let the models decide which mentions are one, as a revision of its own, if they decide anything.

    Only what is new or changed since the last run is compared; the decisions are those of a run with --full, which compares
    everything again. What no longer holds ends. With --model a version of a model is adopted: all is decided anew with it, and
    from then on. --preview lists which entities would merge or split, and the pairs that decide it, and commits nothing.
    Identifiers and flight legs are resolved by `ingest` itself. With --engine spark://HOST:PORT a Spark cluster compares and decides
    (the extra `spark`), to the same decisions: for what outgrows one machine."""
    from api.resolve_command import resolve as run

    return run(settings, args)


def review(settings: Settings, args: argparse.Namespace) -> int:
    """Go through the proposals that nobody has judged, those first that would change most, with one key each: s same, d different,
    u unsure, k skip, z undo the last, q quit. Where stdin is no terminal, its characters are the keys."""
    from api.review_command import review as run

    return run(settings, args)


def train(settings: Settings, args: argparse.Namespace) -> int:
    """Make a version of a kind's model, without truth, from the mentions that everybody may see: a folder with parameters,
    frequencies and a card that says from what. The same data and seed make the same bytes."""
    from api.resolve_command import train as run

    return run(settings, args)


def enrich(settings: Settings, args: argparse.Namespace) -> int:
    """Let an enricher say what it can of all texts, as a job; what is new is committed. 1 when it cannot work here."""
    from api.enriching import enrich as run

    service = Service(settings)
    service.directory.catch_up()
    try:
        report = run(service, args.enricher)
    finally:
        service.close()
    if args.json:
        _print_json(report)
    elif "unavailable" in report:
        _ERR.print(f"✗ {report['enricher']}: {report['unavailable']}", markup=False, soft_wrap=True)
    else:
        _ERR.print(
            f"✓ {report['version']}: {report['texts']:,} texts, {report['worked_out']:,} worked out, "
            f"{report['derived']:,} new at {len(report['revisions'])} revisions", markup=False, soft_wrap=True,
        )  # fmt: skip
    return 1 if "unavailable" in report else 0


def rejects(settings: Settings, args: argparse.Namespace) -> int:
    """List the records that could not be read: file, record, field, value, reason, remedy."""
    service = Service(settings)
    ledger = service.directory.ledger
    names = {source.id: source.name for source in ledger.sources()}
    for line in ledger.lines():
        if line.kind != "ingest" or (args.source and names[line.source or 0] != args.source):
            continue
        for reject in service.directory.evidence.rejects(line.revision):
            full = {
                "source": names[line.source or 0],
                "file": line.content["file"],
                "revision": line.revision,
                **reject,
            }
            if args.json:
                _print_json(full)
            else:
                print(
                    f"{full['file']}, {full['locator']}: {full['field']} = {full['value']!r}: {full['reason']} {full['remedy']}"
                )
    service.close()
    return 0


def sources(settings: Settings, args: argparse.Namespace) -> int:
    """List the sources with their labels and what came in."""
    service = Service(settings)
    for source in service.sources(service.scope(args.reader)):
        if args.json:
            _print_json(source)
            continue
        label = AccessLabel(**source["label"])
        print(
            f"{source['name']}  [{label}]  {len(source['files'])} files, {sum(f['read'] for f in source['files']):,} records read"
        )
        for file in source["files"]:
            print(
                f"  revision {file['revision']}, {file['at'][:19]}Z: {file['file']} ({file['format']}), "
                f"{file['read']:,} read, {file['rejected']} rejected"
            )
    service.close()
    return 0


def query(settings: Settings, args: argparse.Namespace) -> int:
    """Run a GraphQL document in process and print its JSON; 1 when the answer has errors."""
    from api.schema import execute

    text = sys.stdin.read() if args.file == "-" else _text(Path(args.file))
    try:
        variables = json.loads(args.variables)
    except ValueError as error:
        raise Usage(f"--variables is not JSON: {error}.") from error
    if not isinstance(variables, dict):
        raise Usage("--variables is not a JSON object.")
    service = Service(settings)
    _caught_up(service, live=_is_live(settings, args))
    answer = execute(service, text, variables, reader=args.reader)
    service.close()
    _print_json(answer)
    return 1 if answer.get("errors") else 0


def match(settings: Settings, args: argparse.Namespace) -> int:
    """Say whom in the graph each line of a list may be: entity, verdict, bits, and what agrees, as CSV or JSON lines.

    The list is CSV with a header of name, forenames, surname, birth date, nationality, country, occupation, phone, email, url,
    handle, address, postcode, company name, company number; or one bare name or number a line. Nothing is ingested. What cannot
    be read of a line is told, and the rest is answered."""
    from api.match_command import match as run

    return run(settings, args, lambda service: _caught_up(service, live=_is_live(settings, args)))


def _is_live(settings: Settings, args: argparse.Namespace) -> bool:
    """Whether the chosen store is the one that is used when none is chosen."""
    return same_store(settings.store, Settings.read(data=args.data).store, data=settings.data)


def _caught_up(service: Service, *, live: bool) -> None:
    """Finish what a killed commit left; say so where a store is behind for another reason (rebuild --until, or files
    taken in with another --store), since its answers are then of an earlier day."""
    last = service.directory.ledger.head()
    if service.head() < last and live:
        with suppress(Busy):  # somebody is committing: what he commits is not there yet
            service.directory.catch_up(wait=0)
    if service.head() < last:
        _ERR.print(
            f"The answer is as of revision {service.head()} of {last}: this store is behind (`clew rebuild` brings it up).",
            markup=False,
        )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read: {error}.") from error


def serve(settings: Settings, args: argparse.Namespace) -> int:
    """Serve GraphQL at /graphql, with GraphiQL in the browser; --folder also takes in what is put there."""
    import uvicorn

    from api.app import create_app

    service = Service(settings)
    service.directory.catch_up()
    host, port = args.host or settings.host, settings.port if args.port is None else args.port
    _ERR.print(
        f"GraphiQL: http://{host}:{port}/graphql   data: {settings.data}   (Ctrl-C stops)", markup=False
    )
    app = create_app(service)
    # What is loaded by now stays: a collection need not go through it again during every large answer.
    gc.collect()
    gc.freeze()
    with _folder(service, args):
        uvicorn.run(app, host=host, port=port, log_level="warning")
    service.close()
    return 0


def _intake(source: str, format: str | None, label: AccessLabel, purpose: str, zone: str, complete: bool, owner: str) -> Intake:  # fmt: skip
    """What was said of files to come; Usage or Refused for what cannot be meant."""
    if zone and zone not in available_timezones():
        raise Usage(
            f"--zone {zone!r} is no time zone.", remedy="Use an IANA name such as Europe/London or UTC."
        )
    owner_of(owner)
    if format:
        format_named(format)
    return Intake(source, format, label, purpose, zone, complete, owner)


def _folder(service: Service, args: argparse.Namespace) -> AbstractContextManager[None]:
    if not args.folder:
        return nullcontext()
    from api.folder import Folder

    path = Path(args.folder)
    if not path.is_dir():
        raise Refused(f"--folder {args.folder} is no folder.", remedy="Make it, or name another.")

    def tell(report: dict[str, Any]) -> None:
        _ERR.print(_landed(report), markup=False, soft_wrap=True)
        _print_json(report)

    label = AccessLabel(args.folder_marking, args.folder_handling, args.folder_case, args.folder_caveat)
    intake = _intake(
        args.folder_source, None, label, args.folder_purpose, args.folder_zone, False, args.folder_owner
    )
    return Folder(service, path, intake, tell).watched()


def watch(settings: Settings, args: argparse.Namespace) -> int:
    """Be told when an entity, or whatever holds an identifier, gains a link. add, list and remove print watches, --follow
    alerts, a JSON line each; a line's token says where to go on."""
    from api import watch_command

    return watch_command.run(settings, args)


def export(settings: Settings, args: argparse.Namespace) -> int:
    """Write the crosswalk (a CSV row a mention: which entity, and where the record stands) or a graph that a question
    answers with (CSV or GraphML), as a reader sees it."""
    from api import export_command

    return export_command.run(settings, args)


def analyse(settings: Settings, args: argparse.Namespace) -> int:
    """Run an algorithm over the graph that a reader sees, here and now, and keep the run (`communities`, `rank`)."""
    from api import analyse_command

    return analyse_command.run(settings, args)


def evaluate(settings: Settings, args: argparse.Namespace) -> int:
    """Resolve any table of people or organisations without its truth, and tell how near that comes to it."""
    from api import evaluate_command

    return evaluate_command.run(args)


def rebuild(settings: Settings, args: argparse.Namespace) -> int:
    """Make the chosen store anew from evidence, judgements and decisions; readers see the switch as one step."""
    if args.until is not None and _is_live(settings, args):
        raise Refused(
            "--until would replace the live store by an older one.", remedy="Name another with --store."
        )
    service = Service(settings)
    with Progress(
        TextColumn("revision"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        console=_ERR,
        transient=True,
    ) as bar:
        task = bar.add_task("rebuild", total=None)
        revision = service.rebuild(
            args.until, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
    service.close()
    _ERR.print(f"Rebuilt {settings.store} at revision {revision}.", markup=False)
    return 0


def check(settings: Settings, args: argparse.Namespace) -> int:
    """Verify the ledger's chain, all evidence and decisions by hash, the delta log, every cursor, and the match index; 1 when unsound."""
    service = Service(settings)
    found = service.check()
    service.close()
    if args.json:
        _print_json(found)
    else:
        for problem in found["problems"]:
            print(f"✗ {problem}")
        print(f"{'sound' if found['ok'] else 'NOT SOUND'}: {found['revisions']} revisions checked")
    return 0 if found["ok"] else 1


def demo(settings: Settings, args: argparse.Namespace) -> int:
    """Take in a small made-up case, print what it hides, and serve it."""
    from api import demo as case

    return case.run(settings, serve_after=not args.no_serve)


def neo4j(settings: Settings, args: argparse.Namespace) -> int:
    """Start, stop or show a Neo4j with Graph Data Science under the data directory; bolt on the loopback only."""
    from graph import neo4j_server as server

    home = settings.data / "neo4j"
    if args.action == "start":
        running = server.start_detached(home)
        print(f"{running.url}   user: {server.USER}   password: in {home / 'password'}")
        print(
            f"export CLEW_STORE={running.url} NEO4J_USER={server.USER} NEO4J_PASSWORD=$(cat {home / 'password'})"
        )
    elif args.action == "stop":
        print("stopped" if server.stop_detached(home) else "was not running")
    else:
        found = server.status(home)
        print(f"running at {found.url} (pid {found.pid})" if found.running else "not running")
    return 0


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)

"""`clew demo`: a small made-up case, taken in, asked through the API, and served."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from analytics.analyse import RISK, Request
from api.intake import Intake
from api.schema import execute
from api.service import Service
from api.settings import Settings
from graph.errors import Refused

_OUT = Console(highlight=False)
SECRET = "c1e0" * 16
"""The demo's directory secret is fixed, so that its ids are the same on every machine."""

OWNERS = """
query Owners($number: String!) {
  company(number: $number) {
    id caption number
    controllers { nodes { current entity { caption } link { episodes { validFrom validTo } } } }
    ownership { up {
      interests { entity { id kind caption } depth shares { least most } control { controller { caption } } end { reason detail } }
    } }
  }
}
"""

OFFICE = """
query Office($id: ID!) {
  expand(ids: [$id], linkKinds: [REGISTERED_AT]) { links { target { caption expand(linkKinds: [REGISTERED_AT], perKindLimit: 0) {
    counts { kind direction total { value } } } } } }
}
"""

PATHS = """
query Paths($from: ID!, $to: ID!) {
  paths(from: $from, to: $to, maxHops: 6, maxDegree: 50) { hops skippedHubs { caption } paths { entities { caption } } }
}
"""

DATES = """
query Dates($ids: [ID!]!) {
  timeline(ids: $ids, first: 1000) { events { date what entity { caption } property link { kind source { caption } target { caption } } } }
}
"""

OPERATOR = """
query Operator($name: String!) {
  search(text: $name, kinds: [Organisation], first: 1) { edges { score node { caption values(property: "airline_icao") { value } } } }
}
"""

LANDINGS = """
query Landings($operator: String!) {
  flights(filter: {operator: $operator}, first: 1000) { totalCount { value } nodes { days destinations { caption } aircraft { caption } } }
}
"""


LISTING = """
query Listing($name: String!) { search(text: $name, kinds: [Listing], first: 1) { edges { score node { id caption } } } }
"""

THROUGH = """
query Through($from: ID!, $to: ID!) {
  paths(from: $from, to: $to, maxHops: 8) { hops paths {
    entities { kind caption }
    links { kind source { caption } provenance(first: 5) { statements { source file locator } totalCount { value } } }
  } }
}
"""


def prepare(settings: Settings) -> tuple[Settings, dict[str, Any]]:
    """Make (or find) the demo's data directory under the chosen one; gives its settings and the story's facts."""
    try:
        from tests.world import generate
    except ImportError as error:
        raise Refused(
            "The demo's case is made by tests/world.", remedy="Run it from a checkout: make demo."
        ) from error
    data = settings.data / "demo"
    files = data / "case"
    if not (files / "truth" / "books.csv").exists():
        generate(files, 200, months=3, story=True, families=["cast"])
        secret = data / "secret"
        secret.touch(mode=0o600)
        secret.write_text(SECRET, encoding="ascii")
    facts: dict[str, Any] = json.loads((files / "truth" / "story.json").read_text(encoding="utf-8"))
    return replace(settings, data=data), facts


def files_of(case: Path) -> list[Path]:
    """The case's files in the order they would have come: by the date in their names (a month's events at its end), registers first.

    What is older than the first register lay on a shelf until the case began."""
    paths = [path for path in case.iterdir() if path.is_file()]
    days = {path: "".join(filter(str.isdigit, path.name))[-8:].ljust(8, "9") for path in paths}
    first = min(days[path] for path in paths if path.name.startswith("BasicCompanyData"))
    return sorted(paths, key=lambda path: (max(days[path], first), path.name))


def intake_of(path: Path) -> Intake:
    """The register's snapshots and its event stream are one source, so that an event updates the row it is about.

    Whose phone book it is stands in none: whoever takes it in says so."""
    together = ("BasicCompanyData", "psc-snapshot", "stream")
    owner = "Colin Haldridge" if path.name.startswith("contacts_colin") else ""
    return Intake(source="companies-house" if path.name.startswith(together) else "", owner=owner)


def take_in(service: Service, told: Callable[[str], None] = lambda text: None) -> list[dict[str, Any]]:
    """Take in the case of the service's directory and let the models decide; gives the reports of files that were refused.

    told: what is being done, as it begins."""
    refused = []
    for path in files_of(service.settings.data / "case"):
        told(f"taking in {path.name}")
        refused += [report for report in service.ingest(path, intake_of(path)) if "refused" in report]
    told("letting the models decide")
    service.resolve()
    told("finding communities and scoring risk")
    for algorithm in ("leiden", RISK):
        service.analyses.run(service.scope(None), Request(algorithm))
    return refused


def run(settings: Settings, *, serve_after: bool) -> int:
    """Take the case in, print what it hides, and serve it until stopped."""
    settings, facts = prepare(settings)
    service = Service(settings)
    with _OUT.status("taking the case in …") as status:
        refused = take_in(service, status.update)
    if refused:
        _OUT.print(
            f"{len(refused)} files were not taken in: {', '.join(report['file'] for report in refused)}",
            markup=False,
        )
        _OUT.print(f"the first because: {refused[0]['refused']}", markup=False)
    _findings(service, facts)
    if serve_after:
        import uvicorn

        from api.app import create_app

        _OUT.print(
            f"\nGraphiQL: http://{settings.host}:{settings.port}/graphql   (Ctrl-C stops)", markup=False
        )
        uvicorn.run(create_app(service), host=settings.host, port=settings.port, log_level="warning")
    service.close()
    return 0


def ask(service: Service, document: str, **variables: Any) -> Any:
    """A document's data; Refused with the first error when it has one."""
    answer = execute(service, document, variables)
    if answer.get("errors"):
        raise Refused(f"The demo's query failed: {answer['errors'][0]['message']}")
    return answer["data"]


def _findings(service: Service, facts: dict[str, Any]) -> None:
    """What the graph says of the company that matters: asked through the API, nothing taken from the truth but its number,
    and the name of a place that it has to do with."""
    number = facts["target"]["number"]
    company = ask(service, OWNERS, number=number)["company"]
    if company is None:
        _say(f"Company {number} is not in the graph.")
        return
    _say(f"\n{company['caption']} ({company['number']})  id {company['id']}")
    behind = _owners(company)
    _office(service, company, behind)
    _meetings(service, company, behind)
    _through(service, company, facts["five_families"]["listing"]["name"])
    _say("\nAsk for more: clew --data DIR query FILE, or GraphiQL with worked examples (clew serve).")


def _owners(company: dict[str, Any]) -> list[dict[str, Any]]:
    """Prints who is behind it; gives the entities on the way, nearest first."""
    for controller in company["controllers"]["nodes"]:
        for episode in controller["link"]["episodes"]:
            until = f" until {episode['validTo']}" if episode["validTo"] else ""
            _say(f"  {controller['entity']['caption']} controls it from {episode['validFrom']}{until}")
    interests = company["ownership"]["up"]["interests"]
    _say("  Behind it, by the register's own bands multiplied along the chain:")
    for interest in interests:
        shares, end = interest["shares"], interest["end"]
        held = f"{shares['least']:g} to {shares['most']:g} %" if shares else "shares not stated"
        chain = " > ".join(step["controller"]["caption"] for step in interest["control"])
        control = f"; majority at every step: {chain}" if len(interest["control"]) > 1 else ""
        why = f"  [{end['reason']}{': ' + end['detail'] if end['detail'] else ''}]" if end else ""
        _say(f"  {interest['depth']}  {interest['entity']['caption']}: {held}{control}{why}")
    return [interest["entity"] for interest in interests]


def _office(service: Service, company: dict[str, Any], behind: list[dict[str, Any]]) -> None:
    """The decoy: an address that so many share that it says nothing."""
    offices: dict[str, int] = {}
    for entity in behind:
        for around in ask(service, OFFICE, id=entity["id"])["expand"]:
            for link in around["links"]:
                counts = link["target"]["expand"]["counts"]
                offices[link["target"]["caption"]] = sum(count["total"]["value"] for count in counts)
    for caption, companies in offices.items():
        if companies > 50:
            _say(f"  A decoy: {caption} is the office of {companies} companies; sharing it means nothing.")
    people = [entity for entity in behind if entity["kind"] == "Person"]
    for person in people[-1:]:
        found = ask(service, PATHS, **{"from": person["id"], "to": company["id"]})["paths"]
        for path in found["paths"][:3]:
            _say("  path: " + " — ".join(entity["caption"] for entity in path["entities"]))
        for hub in found["skippedHubs"]:
            _say(f"  not gone through (too many neighbours to mean anything): {hub['caption']}")


def _meetings(service: Service, company: dict[str, Any], behind: list[dict[str, Any]]) -> None:
    """The aircraft of a company in the chain, where it lands on the day after the chain's own dates."""
    ids = [company["id"], *(entity["id"] for entity in behind)]
    events: dict[str, str] = {}
    for event in ask(service, DATES, ids=ids)["timeline"]["events"]:
        link = event["link"]
        if event["date"] and link and event["what"] == "STARTED":
            events[event["date"][:10]] = (
                f"{link['source']['caption']} {link['kind']} {link['target']['caption']}"
            )
        elif event["date"] and event["property"] == "incorporated":
            events[event["date"][:10]] = f"{event['entity']['caption']} incorporated"
    for entity in behind:
        for edge in ask(service, OPERATOR, name=entity["caption"])["search"]["edges"]:
            codes = [value["value"] for value in edge["node"]["values"]]
            if edge["score"] >= 90 and codes:
                _landings(service, edge["node"]["caption"], codes[0], events)


def _landings(service: Service, operator: str, code: str, events: dict[str, str]) -> None:
    flights = ask(service, LANDINGS, operator=code)["flights"]
    _say(f"  {operator} flies: {flights['totalCount']['value']} flights.")
    days = {date.fromisoformat(day) + timedelta(days=1): what for day, what in events.items()}
    met: dict[str, list[str]] = {}
    for flight in flights["nodes"]:
        for day in flight["days"]:
            what = days.get(date.fromisoformat(day))
            for airfield in flight["destinations"] if what else ():
                craft = ", ".join(one["caption"] for one in flight["aircraft"])
                met.setdefault(airfield["caption"], []).append(f"{craft} on {day}, the day after: {what}")
    for airfield, landings in met.items():
        if len(landings) > 2:
            _say(f"  It keeps meeting a date at {airfield}:")
            for landing in sorted(set(landings)):
                _say(f"    {landing}")


def _through(service: Service, company: dict[str, Any], listing: str) -> None:
    """The path that runs through all five families, with the records behind every step."""
    found = [
        edge["node"] for edge in ask(service, LISTING, name=listing)["search"]["edges"] if edge["score"] >= 90
    ]
    for place in found:
        through = ask(service, THROUGH, **{"from": company["id"], "to": place["id"]})["paths"]
        if not through["paths"]:
            _say(f"  No path of 8 hops leads to {place['caption']}.")
        for path in through["paths"][:1]:
            _say(
                f"  What has it to do with {place['caption']}? {through['hops']} steps through five families:"
            )
            for entity, links in zip(path["entities"], [*path["links"], []], strict=True):
                _say(f"    {entity['kind']}: {entity['caption']}")
                for link in links:
                    records = link["provenance"]["statements"]
                    places = sorted({f"{record['file']} ({record['locator']})" for record in records})
                    _say(f"      {link['kind']}, says {'; '.join(places)}")


def _say(text: str) -> None:
    _OUT.print(text, markup=False, soft_wrap=True)

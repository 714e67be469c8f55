"""`clew demo`: a small made-up case, taken in, asked through the API, and served."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from api.schema import execute
from api.service import Intake, Service
from api.settings import Settings
from graph.errors import Refused

_OUT = Console(highlight=False)
SECRET = "c1e0" * 16
"""The demo's directory secret is fixed, so that its ids are the same on every machine."""

CHAIN = """
query Chain($number: String!) {
  company(number: $number) {
    id caption
    expand(linkKinds: ["CONTROLS", "OFFICER_OF"]) {
      counts { linkKind direction kind total { value relation } }
      links { kind source { id kind caption } target { id caption } episodes { role validFrom validTo properties } }
    }
  }
}
"""

PATHS = """
query Paths($source: ID!, $target: ID!) {
  paths(source: $source, target: $target, maxHops: 6) {
    hops skippedHubs { caption }
    paths { entities { kind caption } links { kind } }
  }
}
"""

SEARCH = 'query Search($text: String!) { search(text: $text, kinds: ["Person"]) { hits { score entity { id caption } } } }'


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
    if not (files / "truth" / "story.json").exists():
        generate(files, 200, months=3, story=True)
        secret = data / "secret"
        secret.touch(mode=0o600)
        secret.write_text(SECRET, encoding="ascii")
    facts: dict[str, Any] = json.loads((files / "truth" / "story.json").read_text(encoding="utf-8"))
    return replace(settings, data=data), facts


def files_of(case: Path) -> list[Path]:
    """The case's files in the order they would have come: by the date in their names (a month's events at its end), registers first."""
    return sorted(
        (path for path in case.iterdir() if path.is_file()),
        key=lambda path: ("".join(filter(str.isdigit, path.name))[-8:].ljust(8, "9"), path.name),
    )


def intake_of(path: Path) -> Intake:
    """The register's snapshots and its event stream are one source, so that an event updates the row it is about."""
    together = ("BasicCompanyData", "psc-snapshot", "stream")
    return Intake(source="companies-house" if path.name.startswith(together) else "")


def run(settings: Settings, *, serve_after: bool) -> int:
    """Take the case in, print what it hides, and serve it until stopped."""
    settings, facts = prepare(settings)
    service = Service(settings)
    refused = []
    with _OUT.status("taking the case in …") as status:
        for path in files_of(settings.data / "case"):
            status.update(f"taking in {path.name}")
            refused += [report for report in service.ingest(path, intake_of(path)) if "refused" in report]
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
    """What the graph says of the company that matters: asked through the API, nothing taken from the truth but its number."""
    number = facts["target"]["number"]
    company = ask(service, CHAIN, number=number)["company"]
    if company is None:
        _OUT.print(f"Company {number} is not in the graph.", markup=False)
        return
    _OUT.print(f"\n{company['caption']} ({number})  id {company['id']}", markup=False)
    for count in company["expand"]["counts"]:
        _OUT.print(
            f"  {count['total']['value']} × {count['kind']} {count['linkKind']} {count['direction']}",
            markup=False,
        )
    step, seen = company, set()
    while step and step["id"] not in seen:
        seen.add(step["id"])
        links = [
            x for x in step["expand"]["links"] if x["kind"] == "CONTROLS" and x["target"]["id"] == step["id"]
        ]
        for link in links:
            for episode in link["episodes"]:
                until = f" until {episode['validTo']}" if episode["validTo"] else ""
                _OUT.print(
                    f"  {link['source']['caption']} controls {step['caption']} from {episode['validFrom']}{until}",
                    markup=False,
                )
        up = next((x["source"]["id"] for x in links if x["source"]["kind"] == "Company"), None)
        step = ask(service, _NODE, id=up)["node"] if up else None
    for hit in ask(service, SEARCH, text=facts["controller"]["name"])["search"]["hits"][:1]:
        found = ask(service, PATHS, source=hit["entity"]["id"], target=company["id"])["paths"]
        for path in found["paths"][:3]:
            _OUT.print("  path: " + " — ".join(e["caption"] for e in path["entities"]), markup=False)
        for hub in found["skippedHubs"]:
            _OUT.print(
                f"  not gone through (too many neighbours to mean anything): {hub['caption']}", markup=False
            )


_NODE = CHAIN.replace("query Chain($number: String!)", "query Node($id: ID!)").replace(
    "company(number: $number)", "node(id: $id)"
)

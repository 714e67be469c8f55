"""The records behind entities and links are told beside them, in the same answer."""

from __future__ import annotations

from api.service import Service
from tests.api.asking import CASE, READERS, commit, company, control, data, holding, office

LINKS = """{ company(number: "1") { entity { expand { links {
  id kind provenance { totalCount { value relation } revision pageInfo { hasNextPage }
    statements { mention kind source file key slot locator observedAt revision derivedBy raw } } } } } } }"""
ROOT = """query Q($id: ID!) { provenance(id: $id, first: 25) { totalCount { value relation } revision pageInfo { hasNextPage }
  statements { mention kind source file key slot locator observedAt revision derivedBy raw } } }"""


def test_what_stands_behind_a_link_is_what_the_root_field_tells_of_it(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD"), company(2, "OTHER LTD")])
    commit(
        service,
        "officers",
        [office(1, "Jo Smith", "12345678"), office(1, "Jo Smith", "12345678", "2026-02-01")],
    )
    commit(service, "psc", [control(1, "Jo Smith", "12345678"), holding(2, 1)])
    links = data(service, LINKS)["company"]["entity"]["expand"]["links"]
    assert sorted(link["kind"] for link in links) == ["CONTROLS", "CONTROLS", "OFFICER_OF", "REGISTERED_AT"]
    for link in links:
        assert link["provenance"] == data(service, ROOT, id=link["id"])["provenance"]
        assert {s["source"] for s in link["provenance"]["statements"]} <= {"register", "officers", "psc"}
    officer = next(link for link in links if link["kind"] == "OFFICER_OF")
    assert [(s["file"], s["slot"]) for s in officer["provenance"]["statements"]] == [
        (s["file"], s["slot"]) for s in data(service, ROOT, id=officer["id"])["provenance"]["statements"]
    ]
    assert {s["slot"] for s in officer["provenance"]["statements"]} == {"company", "officer"}


def test_what_stands_behind_an_entity_is_what_the_root_field_tells_of_it(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD"), company(2, "OTHER LTD")])
    commit(service, "officers", [office(n, "Jo Smith", "12345678") for n in (1, 2)])
    fields = "totalCount { value } statements { mention source locator raw } truncated { by limit next }"
    text = f"""{{ company(number: "1") {{ entity {{ expand {{ links {{
      source {{ id provenance(first: 2) {{ {fields} }} }} target {{ id provenance(first: 2) {{ {fields} }} }} }} }} }} }} }}"""
    links = data(service, text)["company"]["entity"]["expand"]["links"]
    ends = {end["id"]: end["provenance"] for link in links for end in (link["source"], link["target"])}
    assert sorted(behind["totalCount"]["value"] for behind in ends.values()) == [2, 2, 2]
    for mid, behind in ends.items():
        root = f"query Q($id: ID!) {{ provenance(id: $id, first: 2) {{ {fields} }} }}"
        assert behind == data(service, root, id=mid)["provenance"]
    one = data(service, text.replace("first: 2", "first: 1"))["company"]["entity"]["expand"]["links"][0][
        "source"
    ]
    rest = (
        "query Q($id: ID!, $after: String) { provenance(id: $id, after: $after) { statements { mention } } }"
    )
    after = one["provenance"]["truncated"][0]["next"]
    more = data(service, rest, id=one["id"], after=after)["provenance"]["statements"]
    assert len({s["mention"] for s in (*one["provenance"]["statements"], *more)}) == 2


def test_the_first_records_end_where_the_root_field_goes_on(service: Service) -> None:
    commit(service, "register", [company(1, "ACME LTD")])
    for step in range(4):
        commit(service, f"officers {step}", [office(1, "Jo Smith", "12345678")])
    text = """{ company(number: "1") { entity { expand(linkKinds: [OFFICER_OF]) { links {
      id provenance(first: 3) { totalCount { value } statements { mention } truncated { by limit next } } } } } } }"""
    link = data(service, text)["company"]["entity"]["expand"]["links"][0]
    first, rest = link["provenance"], link["provenance"]["truncated"][0]
    assert (len(first["statements"]), first["totalCount"]["value"], rest["limit"]) == (3, 8, 3)
    more = (
        "query Q($id: ID!, $after: String) { provenance(id: $id, after: $after) { statements { mention } } }"
    )
    others = data(service, more, id=link["id"], after=rest["next"])["provenance"]["statements"]
    found = [s["mention"] for s in (*first["statements"], *others)]
    assert len(found) == 8
    assert found == sorted(set(found))


def test_a_reader_is_told_of_the_records_that_the_reader_may_see(service: Service) -> None:
    (service.settings.data / "readers.toml").write_text(READERS, encoding="utf-8")
    commit(service, "register", [company(1, "ACME LTD")])
    commit(service, "officers", [office(1, "Jo Smith", "12345678")])
    commit(service, "case", [office(1, "Jo Smith", "12345678")], CASE)
    for reader, records in (("outsider", 2), (None, 4)):
        links = data(service, LINKS, reader)["company"]["entity"]["expand"]["links"]
        behind = next(link["provenance"] for link in links if link["kind"] == "OFFICER_OF")
        assert (len(behind["statements"]), behind["totalCount"]["value"]) == (records, records)

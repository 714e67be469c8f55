"""The page that draws, driven through the demo's story in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture
def asked() -> list[str]:
    """The addresses that the page asked for."""
    return []


@pytest.fixture
def page(browser: Browser, address: str, asked: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 800})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(address)
    yield opened
    context.close()
    assert faults == []


def find(page: Page, text: str, hit: str) -> None:
    """Search for a text and draw the hit of that caption."""
    page.get_by_label("Search").fill(text)
    page.get_by_label("Search").press("Enter")
    page.locator("#hits button", has_text=hit).first.click()
    expect(page.locator("#panel h2")).to_have_text(hit)
    expect(page.locator("#panel table")).to_be_visible()


def drawn(page: Page) -> list[str]:
    """The labels of the entities drawn, sorted."""
    labels: list[str] = page.evaluate("clew.held.mapNodes((_, facts) => facts.label).sort()")
    return labels


def links(page: Page) -> list[list[str]]:
    """The links drawn, as (kind, from, to), sorted."""
    told: list[list[str]] = page.evaluate(
        "clew.held.mapEdges((_, link, from, to, a, b) => [link.label, a.label, b.label]).sort()"
    )
    return told


def test_a_company_is_found_drawn_and_expanded_and_its_records_are_shown(
    page: Page, asked: list[str], address: str, tmp_path: Path
) -> None:
    find(page, "Haldrige freight terminals", "HALDRIDGE FREIGHT TERMINALS LIMITED")
    assert drawn(page) == ["HALDRIDGE FREIGHT TERMINALS LIMITED"]
    expect(page.locator("#panel h3").last).to_have_text("Records behind it: 8")
    assert (
        page.locator("#panel tr")
        .nth(1)
        .locator("td")
        .nth(1)
        .inner_text()
        .startswith("Prod195_4262_20261101.dat, line ")
    )
    page.locator("[data-expand='CONTROLS/IN/Company']").click()
    expect(page.locator("#status")).to_contain_text("2 entities, 1 links")
    assert links(page) == [["CONTROLS", "TALMERE NOMINEES 21 LIMITED", "HALDRIDGE FREIGHT TERMINALS LIMITED"]]
    page.screenshot(path=tmp_path / "expanded.png")
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_a_path_between_two_found_entities_is_drawn_and_marked(page: Page, tmp_path: Path) -> None:
    find(page, "Haldridge freight terminals", "HALDRIDGE FREIGHT TERMINALS LIMITED")
    page.get_by_role("button", name="Path from here").click()
    find(page, "Talmere nominees 21", "TALMERE NOMINEES 21 LIMITED")
    page.locator("#path").click()
    expect(page.locator("#status")).to_have_text("1 shortest path of 1 links.")
    marked: list[str] = page.evaluate(
        "[...clew.marks.path].map((id) => clew.held.getNodeAttribute(id, 'label')).sort()"
    )
    assert marked == ["HALDRIDGE FREIGHT TERMINALS LIMITED", "TALMERE NOMINEES 21 LIMITED"]
    page.screenshot(path=tmp_path / "path.png")


def test_the_story_is_drawn_through_all_families_in_colours_of_communities_and_sizes_of_risk(
    page: Page, tmp_path: Path
) -> None:
    find(page, "8816402", "HALDRIDGE FREIGHT TERMINALS LIMITED")
    page.get_by_role("button", name="Path from here").click()
    find(page, "Hangar Four Tea Room", "Hangar Four Tea Room")
    page.locator("#path").click()
    expect(page.locator("#status")).to_have_text("1 shortest path of 7 links.")
    kinds = page.evaluate("[...clew.marks.path].map((id) => clew.held.getNodeAttribute(id, 'kind')).sort()")
    assert kinds == ["Account", "Account", "Company", "Flight", "Listing", "Person", "Phone", "Phone"]
    page.get_by_label("Colour").select_option("community")
    page.get_by_label("Size").select_option("risk")
    facts = page.evaluate("clew.held.mapNodes((_, f) => [f.label, f.community, f.risk, f.color, f.size])")
    assert all(len(community) == 32 for _, community, _, _, _ in facts)
    assert len({color for *_, color, _ in facts}) == len({community for _, community, *_ in facts}) > 1
    for label, _, risk, _, size in facts:
        assert size == pytest.approx(4 + 14 * (risk or 0) / 100), label
    scored = {label: risk for label, _, risk, _, _ in facts if risk}
    assert max(scored, key=lambda label: scored[label]) == "HALDRIDGE FREIGHT TERMINALS LIMITED"
    expect(page.locator("#legend")).to_contain_text(" more")
    page.wait_for_timeout(400)  # the camera comes to rest, for the picture alone
    page.screenshot(path=tmp_path / "story.png")


def test_a_company_is_found_by_its_number(page: Page) -> None:
    find(page, "8816402", "HALDRIDGE FREIGHT TERMINALS LIMITED")


def test_a_name_that_nobody_has_finds_nothing_and_says_so(page: Page) -> None:
    page.get_by_label("Search").fill("zzzzqqqq xxxyyy")
    page.get_by_label("Search").press("Enter")
    expect(page.locator("#hits")).to_have_text("Nothing of that name.")
    assert drawn(page) == []


def test_what_a_source_said_is_shown_as_text_and_never_as_markup(page: Page) -> None:
    caption = "<img src=x onerror=document.title='run'>"
    hit = {"id": "0" * 32, "kind": "Person", "caption": caption}
    page.route("**/graphql", lambda route: route.fulfill(json={"data": {"search": {"nodes": [hit]}}}))
    page.get_by_label("Search").fill("anybody")
    page.get_by_label("Search").press("Enter")
    expect(page.locator("#hits")).to_have_text(f"{caption} (Person)")
    assert (page.title(), page.locator("img").count()) == ("Clew", 0)


def test_an_error_of_the_service_is_told(page: Page) -> None:
    page.route(
        "**/graphql",
        lambda route: route.fulfill(json={"errors": [{"message": "The store is being rebuilt."}]}),
    )
    page.get_by_label("Search").fill("anybody")
    page.get_by_label("Search").press("Enter")
    expect(page.locator("#status")).to_have_text("The store is being rebuilt.")

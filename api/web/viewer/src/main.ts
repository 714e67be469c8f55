// The page: one graph, what is chosen in it, and the questions that the buttons ask.

import * as api from "./api";
import { draw, type Marks } from "./draw";
import { around, type ColourBy, dress, type SizeBy } from "./looks";
import { button, el, sources, surroundings } from "./panel";
import { emptyGraph, merge } from "./shown";
import "./style.css";

const MOST = 1000;
/** Entities that one question may name: what is drawn stays below it. */

const find = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const held = emptyGraph();
const marks: Marks = { chosen: null, path: new Set() };
const nexts = new Map<string, string>();
let from: string | null = null;
const picture = draw(held, find("graph"), marks, (id) => void choose(id));
const colour = find<HTMLSelectElement>("colour");
const size = find<HTMLSelectElement>("size");

function status(text: string): void {
  find("status").textContent = text;
}

/** Does what a button asks, and says what went wrong: no question fails in silence. */
async function doing(what: string, work: () => Promise<void>): Promise<void> {
  status(`${what} …`);
  try {
    await work();
  } catch (error) {
    status(error instanceof Error ? error.message : String(error));
  }
}

function redraw(): void {
  const colours = dress(held, colour.value as ColourBy, size.value as SizeBy);
  const rows = [...colours].map(([name, shade]) => {
    const dot = el("span", { class: "dot" });
    dot.style.background = shade;
    return el("li", {}, dot, colour.value === "kind" ? name : around(held, name));
  });
  find("legend").replaceChildren(...rows);
  picture.refresh();
}

/** Draws some entities more, and all links among what is then there. */
async function add(ids: string[]): Promise<void> {
  const wanted = [...new Set([...held.nodes(), ...ids])];
  if (wanted.length > MOST) {
    status(`${wanted.length} entities are more than this page draws (${MOST}): clear it first.`);
    return;
  }
  const payload = await api.among(wanted);
  const fresh = merge(held, payload);
  if (fresh.length) picture.layOut();
  redraw();
  history.replaceState(null, "", `#${held.nodes().join(",")}`);
  const cut = payload.truncated.map((cut) => ` Cut by ${cut.by} at ${cut.limit}.`).join("");
  status(`${held.order} entities, ${held.size} links, revision ${payload.revision}.${cut}`);
}

async function choose(id: string | null): Promise<void> {
  marks.chosen = id;
  picture.refresh();
  const panel = find("panel");
  if (id === null) {
    panel.replaceChildren();
    return;
  }
  const facts = held.getNodeAttributes(id);
  const start = from;
  const steps = [button("Path from here", () => { from = id; status(`Choose where the path from ${facts.label} leads.`); void choose(id); })];
  if (start !== null && start !== id && held.hasNode(start)) {
    const named = held.getNodeAttribute(start, "label");
    steps.push(button(`Path from ${named}`, () => void path(start, id), { id: "path" }));
  }
  panel.replaceChildren(
    el("h2", {}, facts.label),
    el("p", {}, facts.kind, facts.risk === null ? "" : `, risk ${facts.risk.toFixed(0)}`),
    el("p", { class: "id" }, id),
    el("p", {}, ...steps),
  );
  await doing("Reading", async () => {
    const [counts, behind] = await Promise.all([api.counts(id), api.provenance(id)]);
    if (marks.chosen !== id) return;
    panel.append(surroundings(counts, (count) => void expand(id, count)), sources(behind.statements, behind.total));
    status(`${held.order} entities, ${held.size} links.`);
  });
}

async function expand(id: string, count: api.Count): Promise<void> {
  await doing("Expanding", async () => {
    const bucket = `${id}/${count.linkKind}/${count.direction}/${count.kind}`;
    const near = await api.neighbours(id, count, nexts.get(bucket) ?? null);
    if (near.next) nexts.set(bucket, near.next);
    else nexts.delete(bucket);
    await add(near.ids);
    if (near.next) find("status").append(" Press again for the next.");
  });
}

async function path(start: string, end: string): Promise<void> {
  await doing("Looking for paths", async () => {
    const found = await api.paths(start, end);
    marks.path = new Set(found.paths.flatMap((one) => one.entities.map((entity) => entity.id)));
    await add([...marks.path]);
    picture.fit();
    const hubs = found.skippedHubs.length ? ` Not led through ${found.skippedHubs.length} hubs.` : "";
    status(
      found.hops === null ? `No path of up to 8 links.${hubs}` : `${found.paths.length} shortest ${found.paths.length === 1 ? "path" : "paths"} of ${found.hops} links.${hubs}`,
    );
  });
}

function listHits(hits: api.Hit[]): void {
  const rows = hits.map((hit) =>
    el(
      "li",
      {},
      button(`${hit.caption || hit.id} (${hit.kind})`, () => {
        find("hits").hidden = true;
        void doing("Drawing", async () => {
          await add([hit.id]);
          picture.show(hit.id);
          await choose(hit.id);
        });
      }),
    ),
  );
  find("hits").replaceChildren(...(rows.length ? rows : [el("li", {}, "Nothing of that name.")]));
  find("hits").hidden = false;
}

find("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = find<HTMLInputElement>("text").value.trim();
  if (text) void doing("Searching", async () => { listHits(await api.search(text)); status(""); });
});
find("clear").addEventListener("click", () => {
  held.clear();
  nexts.clear();
  marks.path = new Set();
  from = null;
  history.replaceState(null, "", "#");
  void choose(null);
  redraw();
  status("");
});
for (const [select, names] of [[colour, ["kind", "community"]], [size, ["links", "risk"]]] as const) {
  select.replaceChildren(...names.map((name) => el("option", { value: name }, name)));
  select.addEventListener("change", redraw);
}

const asked = location.hash.slice(1).split(",").filter((id) => /^[0-9a-f]{32}$/.test(id));
if (asked.length) void doing("Drawing", () => add(asked));
else status("Search for a name to begin.");
// For the tests, which cannot see what WebGL drew.
Object.assign(window, { clew: { held, marks } });

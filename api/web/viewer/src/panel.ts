// The panel beside the picture: what is chosen, its surroundings in numbers, and the records that say so.

import type { Count, Statement, Total } from "./api";

type Child = Node | string;

/** An element with its attributes and children. Texts are texts: nothing that a source said is read as markup. */
export function el(name: string, attributes: Record<string, string> = {}, ...children: Child[]): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function button(text: string, act: () => void, attributes: Record<string, string> = {}): HTMLElement {
  const made = el("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", act);
  return made;
}

export function total(count: Total): string {
  return count.relation === "EQ" ? count.value.toLocaleString("en") : `at least ${count.value.toLocaleString("en")}`;
}

const ARROWS = { OUT: "→", IN: "←" };

/** A row a kind of link: pressing it brings the first neighbours, and again the next. */
export function surroundings(counts: Count[], expand: (count: Count) => void): HTMLElement {
  const rows = counts.map((count) =>
    el(
      "li",
      {},
      button(`${ARROWS[count.direction]} ${count.linkKind} ${count.kind}: ${total(count.total)}`, () => expand(count), {
        "data-expand": `${count.linkKind}/${count.direction}/${count.kind}`,
      }),
    ),
  );
  return el("section", {}, el("h3", {}, "Around it"), rows.length ? el("ul", {}, ...rows) : "Nothing is linked to it.");
}

export function sources(statements: Statement[], all: Total): HTMLElement {
  const rows = statements.map((said) =>
    el(
      "tr",
      {},
      el("td", {}, said.source),
      el("td", {}, `${said.file}, ${said.locator}`, said.derivedBy ? ` (derived by ${said.derivedBy})` : ""),
      el("td", { class: "day" }, said.observedAt.slice(0, 10)),
    ),
  );
  const left = all.value - statements.length;
  const more = left > 0 ? el("p", {}, `${left.toLocaleString("en")} more records are not listed here.`) : "";
  const head = el("tr", {}, ...["Source", "Record", "Observed"].map((name) => el("th", {}, name)));
  return el("section", {}, el("h3", {}, `Records behind it: ${total(all)}`), el("table", {}, head, ...rows), more);
}

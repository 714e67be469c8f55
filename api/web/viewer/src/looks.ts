// How entities look: colours that differ for people who see few, and sizes by what an analyst asked for.

import type { Held, NodeFacts } from "./shown";

export type ColourBy = "kind" | "community";
export type SizeBy = "links" | "risk";

// Okabe and Ito's palette, and darker ones of the same hues for what comes after.
const PALETTE = [
  "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195", "#6b8e23",
  "#00496f", "#8a3c00", "#00664a", "#834d6b", "#946600", "#33708f", "#4a2f5c", "#41551a",
];
const NONE = "#9aa0a8";

function told(facts: NodeFacts, by: ColourBy): string | null {
  return by === "kind" ? facts.kind : facts.community;
}

/** The colours of what is shown, by name: the most frequent first, ties by name. */
export function legend(held: Held, by: ColourBy): Map<string, string> {
  const counted = new Map<string, number>();
  held.forEachNode((_, facts) => {
    const name = told(facts, by);
    if (name !== null) counted.set(name, (counted.get(name) ?? 0) + 1);
  });
  const names = [...counted].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  return new Map(names.map((name, n) => [name, PALETTE[n % PALETTE.length] ?? NONE]));
}

/** Gives every entity its colour and its size (4 to 18 pixels). */
export function dress(held: Held, colour: ColourBy, size: SizeBy): Map<string, string> {
  const colours = legend(held, colour);
  held.updateEachNodeAttributes((id, facts) => {
    const share = size === "risk" ? (facts.risk ?? 0) / 100 : Math.min(1, Math.log2(1 + held.degree(id)) / 7);
    return { ...facts, color: colours.get(told(facts, colour) ?? "") ?? NONE, size: 4 + 14 * share };
  });
  return colours;
}

/** What a community is called here: after the one of its entities that is drawn with most links. */
export function around(held: Held, community: string): string {
  const members = held.filterNodes((_, facts) => facts.community === community);
  const first = members.reduce((best, id) => (held.degree(id) > held.degree(best) ? id : best), members[0] ?? "");
  const name = held.hasNode(first) ? held.getNodeAttribute(first, "label") : community;
  return members.length > 1 ? `${name} and ${members.length - 1} more` : name;
}

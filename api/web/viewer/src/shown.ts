// What is on the page: a graph, what is chosen, and how it is coloured and sized. No drawing and no questions here.

import Graph from "graphology";
import type { Payload } from "./api";

export interface NodeFacts {
  label: string;
  kind: string;
  x: number;
  y: number;
  size: number;
  color: string;
  /** The community of the last run that is shown to this reader, and the risk score; null where there is none. */
  community: string | null;
  risk: number | null;
}

export interface LinkFacts {
  label: string;
  weight: number;
  size: number;
  color: string;
}

export type Held = Graph<NodeFacts, LinkFacts>;

export function emptyGraph(): Held {
  return new Graph<NodeFacts, LinkFacts>({ type: "directed", multi: true });
}

const TURN = Math.PI * (3 - Math.sqrt(5));

/** Adds what a payload has and the graph lacks; gives the ids that are new, in the payload's order. */
export function merge(held: Held, payload: Payload): string[] {
  const fresh = payload.ids.filter((id) => !held.hasNode(id));
  payload.ids.forEach((id, n) => {
    const facts = {
      label: payload.captions[n] || payload.kinds[n] || id,
      kind: payload.kinds[n] ?? "",
      community: payload.communities[n] || null,
      risk: payload.scores[n] || null,
    };
    if (held.hasNode(id)) held.mergeNodeAttributes(id, facts);
    else held.addNode(id, { ...facts, ...place(held, payload, n), size: 6, color: "#888888" });
  });
  payload.sources.forEach((from, n) => {
    const source = payload.ids[from];
    const target = payload.ids[payload.targets[n] ?? -1];
    const kind = payload.linkKinds[n] ?? "";
    const weight = payload.weights[n] ?? 1;
    if (source === undefined || target === undefined) return;
    const facts = { label: kind, weight, size: 1 + Math.log2(weight), color: "#b8bec8" };
    held.mergeEdgeWithKey(`${kind}:${source}:${target}`, source, target, facts);
  });
  return fresh;
}

/** Beside a neighbour that has a place already, else on a spiral: the same answer is always laid out alike. */
function place(held: Held, payload: Payload, n: number): { x: number; y: number } {
  const order = held.order;
  const turn = order * TURN;
  for (let link = 0; link < payload.sources.length; link += 1) {
    const ends = [payload.sources[link], payload.targets[link]];
    const other = ends[0] === n ? ends[1] : ends[1] === n ? ends[0] : undefined;
    const id = other === undefined ? undefined : payload.ids[other];
    if (id !== undefined && held.hasNode(id)) {
      const near = held.getNodeAttributes(id);
      return { x: near.x + 2 * Math.cos(turn), y: near.y + 2 * Math.sin(turn) };
    }
  }
  const radius = 3 * Math.sqrt(order);
  return { x: radius * Math.cos(turn), y: radius * Math.sin(turn) };
}

// The picture: sigma over the graph that is shown, laid out by ForceAtlas2 with a fixed number of steps.

import forceAtlas2 from "graphology-layout-forceatlas2";
import Sigma from "sigma";
import type { Held, LinkFacts, NodeFacts } from "./shown";

export interface Marks {
  chosen: string | null;
  path: Set<string>;
}

export interface Picture {
  refresh(): void;
  layOut(): void;
  show(id: string): void;
  /** Brings all that is drawn into sight. */
  fit(): void;
}

const DIM = "#e3e6ea";

export function draw(held: Held, container: HTMLElement, marks: Marks, choose: (id: string | null) => void): Picture {
  const sigma = new Sigma<NodeFacts, LinkFacts>(held, container, {
    allowInvalidContainer: true,
    labelRenderedSizeThreshold: 5,
    labelDensity: 0.6,
    defaultEdgeType: "arrow",
    labelFont: "system-ui, sans-serif",
    zIndex: true,
    nodeReducer: (id, facts) => {
      const onPath = marks.path.size === 0 || marks.path.has(id);
      return {
        ...facts,
        color: onPath ? facts.color : DIM,
        highlighted: id === marks.chosen,
        forceLabel: id === marks.chosen || marks.path.has(id),
        zIndex: id === marks.chosen ? 2 : onPath ? 1 : 0,
      };
    },
    edgeReducer: (id, facts) => {
      const on = marks.path.has(held.source(id)) && marks.path.has(held.target(id));
      return { ...facts, color: on ? "#d55e00" : marks.path.size ? DIM : facts.color, size: on ? facts.size + 2 : facts.size };
    },
  });
  sigma.on("clickNode", ({ node }) => choose(node));
  sigma.on("clickStage", () => choose(null));
  return {
    refresh: () => sigma.refresh(),
    layOut: () => {
      if (held.order < 2) return;
      const settings = { ...forceAtlas2.inferSettings(held), gravity: 1, scalingRatio: 8 };
      forceAtlas2.assign(held, { iterations: held.order > 2000 ? 60 : 200, settings });
    },
    show: (id) => {
      const at = sigma.getNodeDisplayData(id);
      if (at) void sigma.getCamera().animate({ x: at.x, y: at.y }, { duration: 200 });
    },
    fit: () => void sigma.getCamera().animatedReset({ duration: 200 }),
  };
}

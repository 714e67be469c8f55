// Questions to the GraphQL API, each with the shape of its answer.

export interface Hit {
  id: string;
  kind: string;
  caption: string;
}

export interface Total {
  value: number;
  relation: "EQ" | "GTE";
}

/** Packed columns: `sources` and `targets` are places in `ids`. */
export interface Payload {
  ids: string[];
  kinds: string[];
  captions: string[];
  linkKinds: string[];
  sources: number[];
  targets: number[];
  weights: number[];
  /** The community of each in the last run, "" where there is none; and its risk, 0 where it is not ranked. */
  communities: string[];
  scores: number[];
  truncated: { by: string; limit: number }[];
  revision: number;
}

export interface Count {
  linkKind: string;
  direction: "OUT" | "IN";
  kind: string;
  total: Total;
}

export interface Statement {
  source: string;
  file: string;
  locator: string;
  observedAt: string;
  derivedBy: string | null;
}

async function ask<T>(query: string, variables: Record<string, unknown>): Promise<T> {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as { data?: T; errors?: { message: string }[] };
  if (answer.errors?.length) throw new Error(answer.errors.map((error) => error.message).join(" "));
  if (!answer.data) throw new Error(`The service answered ${response.status}.`);
  return answer.data;
}

const COLUMNS = "ids kinds captions linkKinds sources targets weights communities scores truncated { by limit } revision";

/** The kinds whose identifier a text has the form of; the API says itself whether it is one. */
function identifierKinds(text: string): string[] {
  if (/^\S+@\S+$/.test(text)) return ["Email"];
  const bare = text.replace(/[\s()-]/g, "");
  if (/^\+?\d{9,15}$/.test(bare)) return ["Phone"];
  return /^(\d{4,8}|[A-Za-z]{2}\d{6})$/.test(bare) ? ["Company"] : [];
}

/** Entities that hold an identifier, then those of that name, each once. */
export async function search(text: string): Promise<Hit[]> {
  const held = identifierKinds(text).map((kind) => `${kind}: entity(kind: ${kind}, identifier: $text) { id kind caption }`);
  const query = `query($text: String!) { ${held.join(" ")} search(text: $text, first: 12) { nodes { id kind caption } } }`;
  const { search: named, ...found } = await ask<{ search: { nodes: Hit[] } } & Record<string, unknown>>(query, { text });
  const hits = [...(Object.values(found) as (Hit | null)[]), ...named.nodes].filter((hit) => hit !== null);
  return [...new Map(hits.map((hit) => [hit.id, hit])).values()];
}

/** Some entities and the links among them. */
export async function among(ids: string[]): Promise<Payload> {
  const query = `query($ids: [ID!]!) { graph(ids: $ids, around: 0) { ${COLUMNS} } }`;
  return (await ask<{ graph: Payload }>(query, { ids })).graph;
}

/** How many neighbours an entity has, by kind of link and of neighbour. */
export async function counts(id: string): Promise<Count[]> {
  const query = `query($ids: [ID!]!) { expand(ids: $ids, perKindLimit: 0) {
    counts { linkKind direction kind total { value relation } } } }`;
  type Found = { expand: { counts: Count[] }[] };
  return (await ask<Found>(query, { ids: [id] })).expand[0]?.counts ?? [];
}

export interface Neighbours {
  ids: string[];
  next: string | null;
}

/** The first neighbours of one kind, or those after a cursor. */
export async function neighbours(id: string, of: Count, after: string | null): Promise<Neighbours> {
  const query = `query($ids: [ID!]!, $kinds: [LinkKind!], $after: [String!]) {
    expand(ids: $ids, linkKinds: $kinds, perKindLimit: 25, after: $after) {
      counts { linkKind direction kind next } links { kind source { id kind } target { id kind } } } }`;
  type End = { id: string; kind: string };
  type Found = {
    expand: {
      counts: (Omit<Count, "total"> & { next: string | null })[];
      links: { kind: string; source: End; target: End }[];
    }[];
  };
  const variables = { ids: after ? [] : [id], kinds: [of.linkKind], after: after ? [after] : null };
  const found = (await ask<Found>(query, variables)).expand[0];
  const ids = new Set<string>();
  for (const link of found?.links ?? []) {
    const other = of.direction === "OUT" ? link.target : link.source;
    const near = of.direction === "OUT" ? link.source : link.target;
    if (link.kind === of.linkKind && other.kind === of.kind && near.id === id) ids.add(other.id);
  }
  const same = found?.counts.find(
    (count) => count.linkKind === of.linkKind && count.direction === of.direction && count.kind === of.kind,
  );
  return { ids: [...ids], next: same?.next ?? null };
}

export interface Paths {
  hops: number | null;
  paths: { entities: Hit[] }[];
  skippedHubs: { caption: string }[];
}

export async function paths(from: string, to: string): Promise<Paths> {
  const query = `query($from: ID!, $to: ID!) { paths(from: $from, to: $to, maxHops: 8) {
    hops paths { entities { id kind caption } } skippedHubs { caption } } }`;
  return (await ask<{ paths: Paths }>(query, { from, to })).paths;
}

export async function provenance(id: string): Promise<{ statements: Statement[]; total: Total }> {
  const query = `query($id: ID!) { provenance(id: $id, first: 50) {
    statements { source file locator observedAt derivedBy } totalCount { value relation } } }`;
  type Found = { provenance: { statements: Statement[]; totalCount: Total } | null };
  const found = (await ask<Found>(query, { id })).provenance;
  return { statements: found?.statements ?? [], total: found?.totalCount ?? { value: 0, relation: "EQ" } };
}

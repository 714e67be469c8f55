// @neo4j/graphql over the plain model (tests/benchmarks/plain_graph.py), served by Apollo. Prints its address, and ends
// when its standard input does. BOLT_URL; BOLT_PASSWORD of the user neo4j, unset where the server asks for none.
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { Neo4jGraphQL } from "@neo4j/graphql";
import neo4j from "neo4j-driver";

const KINDS = ["CONTROLS", "OFFICER_OF", "REGISTERED_AT"];

const fields = KINDS.flatMap((type) =>
  ["OUT", "IN"].map(
    (direction) =>
      `${type}_${direction}: [Entity!]! @relationship(type: "${type}", direction: ${direction}, properties: "Link")`,
  ),
);

const typeDefs = `#graphql
  type Entity @node {
    id: ID!
    kind: String!
    caption: String!
    label: Int!
    ${fields.join("\n    ")}
  }
  type Link @relationshipProperties {
    role: String
    label: Int!
    valid_from: String
    valid_to: String
  }
`;

const { BOLT_URL, BOLT_PASSWORD } = process.env;
const driver = neo4j.driver(BOLT_URL, BOLT_PASSWORD ? neo4j.auth.basic("neo4j", BOLT_PASSWORD) : undefined);
await driver.verifyConnectivity();
const schema = await new Neo4jGraphQL({ typeDefs, driver }).getSchema();
const server = new ApolloServer({ schema });
const { url } = await startStandaloneServer(server, { listen: { host: "127.0.0.1", port: 0 } });
console.log(url);

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));

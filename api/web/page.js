// Opens GraphiQL with the worked examples, one a tab. Queries are kept for the browser tab only: they name people.
const examples = JSON.parse(document.getElementById("examples").textContent);
if (window.GraphiQL) {
  const fetcher = GraphiQL.createFetcher({ url: "/graphql" });
  const tabs = examples.map((query) => ({ query, headers: "{}", variables: "" }));
  ReactDOM.createRoot(document.getElementById("graphiql")).render(
    React.createElement(GraphiQL, {
      fetcher,
      storage: window.sessionStorage,
      defaultTabs: tabs,
      defaultQuery: examples[0],
      defaultEditorToolsVisibility: "headers",
    }),
  );
}

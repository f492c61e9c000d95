/** The floors of the house: a file imports only from its own folder and the floors below it. */
const floor = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, pathNot: "\\.test\\.tsx?$" },
  to: { path: "^(app|components|lib|prisma|e2e|bench|bin)/", pathNot: [from, ...allowed] },
});
const D = "^lib/domain/";
const P = "^lib/playbooks/";
const PL = "^lib/platform/";
const AD = "^lib/adapters/";
const CH = "^lib/channels/";
const EN = "^lib/engine/";
const Q = "^lib/queries/";
const C = "^lib/commands/";
const WF = "^lib/workflows/";
const WEB = "^lib/web/";
const GEN = "^prisma/generated/";

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "A cycle means two files are one.",
      severity: "error",
      from: {},
      to: { circular: true, pathNot: GEN },
    },
    {
      name: "not-resolvable",
      comment: "An import that resolves to nothing.",
      severity: "error",
      from: { pathNot: GEN },
      to: { couldNotResolve: true, pathNot: "^(next-env|\\.next)" },
    },
    floor("domain-is-pure", "^lib/domain/", [], "The domain runs in browser and server and knows nobody."),
    {
      name: "domain-imports-zod-only",
      comment: "Pure means zod and a canonical JSON printer, nothing that reads the world.",
      severity: "error",
      from: { path: D, pathNot: "\\.test\\.ts$" },
      to: {
        dependencyTypes: ["npm", "npm-dev", "core"],
        pathNot: "node_modules/(zod|canonicalize|@noble/hashes)/",
      },
    },
    floor("playbooks-are-data", P, [D], "Data cannot compute."),
    floor("platform", PL, [D, GEN], "The platform knows the domain and the machine."),
    floor("adapters-know-no-one", AD, [D], "An adapter is told everything; it never touches the database."),
    floor("channels-know-no-one", CH, [D], "As adapters."),
    floor("engine-knows-no-rollbacks", EN, [D, PL, GEN], "Durable runs, whatever they run."),
    floor(
      "queries-read",
      Q,
      [D, P, PL, GEN, "^lib/adapters/(registry|contract)\\.ts$"],
      "Reads; adapter descriptions, not executors.",
    ),
    floor(
      "commands-write",
      C,
      [D, P, PL, EN, Q, GEN, "^lib/adapters/(registry|contract)\\.ts$"],
      "Writes, and enqueue.",
    ),
    floor("workflows", WF, [D, P, PL, AD, CH, EN, Q, C, GEN], "All of the above."),
    floor("web", WEB, [D, PL, Q, GEN], "Transport: session, route, action, live, openapi."),
    floor("components", "^components/", [D, P], "Screens get data and actions as props."),
    floor("app", "^app/", ["^components/", D, P, Q, C, WEB], "Routes arrange; they decide nothing."),
    {
      name: "nobody-imports-processes-or-cli",
      comment: "They are the outermost floor.",
      severity: "error",
      from: { pathNot: "^(lib/processes|lib/cli|bin|bench|e2e)/|\\.test\\.ts$" },
      to: { path: "^lib/(processes|cli)/" },
    },
    {
      name: "only-workers-open-secrets",
      comment: "What opens a secret is out of reach of web and status processes, pages and commands.",
      severity: "error",
      from: {
        path: "^(app|components|lib/(web|queries|commands)|lib/processes/(web|status)[^/]*\\.ts$)",
        pathNot: "\\.test\\.ts$",
      },
      to: { path: "^lib/platform/secrets/(resolve|stored|private-keys|vault)\\.ts$", reachable: true },
    },
    {
      name: "only-the-registry-names-an-adapter",
      comment: "Adding an adapter touches its folder, its tests and one registry line.",
      severity: "error",
      from: { pathNot: "^lib/adapters/|^e2e/(contract|targets)/" },
      to: { path: "^lib/adapters/[^/]+/" },
    },
    {
      name: "adapters-apart",
      comment: "One adapter never imports another.",
      severity: "error",
      from: { path: "^lib/adapters/([^/]+)/", pathNot: "\\.test\\.ts$" },
      to: { path: "^lib/adapters/([^/]+)/", pathNot: "^lib/adapters/$1/" },
    },
    {
      name: "only-the-engine-knows-dbos",
      comment: "The durable engine stays behind lib/engine.",
      severity: "error",
      from: { pathNot: "^(lib/engine|bench)/" },
      to: { path: "node_modules/@dbos-inc/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(\\.next|node_modules/\\.)" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
    },
  },
};

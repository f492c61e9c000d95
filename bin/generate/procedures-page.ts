import path from "node:path";
import { findJourneys } from "./journeys.ts";
import type { FoundJourney } from "./journeys.ts";
import { adapterDescriptions } from "#lib/adapters/registry.ts";
import type { Procedure } from "#lib/domain/playbook-procedure.ts";
import { builtInPlaybooks } from "#lib/queries/playbook/built-in.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

type Row = { playbook: string; procedure: Procedure; journeys: FoundJourney[] };

const root = path.resolve(import.meta.dirname, "..", "..");
const tests = "e2e/targets";

/** Every procedure of every built-in playbook, with the journeys that carry it out. */
export async function procedureRows(): Promise<Row[]> {
  const journeys = findJourneys(path.join(root, tests));
  return (await builtInPlaybooks()).flatMap(({ id, source }) => {
    const parsed = parsePlaybook(source);
    if (!parsed.ok) throw new Error(`${id}: ${JSON.stringify(parsed.faults)}`);
    return parsed.playbook.procedures.map((procedure) => ({
      playbook: id,
      procedure,
      journeys: journeys.filter((one) => one.playbook === id && one.procedure === procedure.id),
    }));
  });
}

/** docs/procedures.md */
export function proceduresPage(rows: readonly Row[]): string {
  const proofs = new Map(adapterDescriptions().map(({ id, proof }) => [id, proof.kind]));
  const cells = ({ procedure, journeys }: Row): string[] => {
    const ran = [...new Set(journeys.flatMap(({ adapters }) => adapters))].sort();
    const against = (kind: "real" | "contract"): string =>
      ran
        .filter((adapter) => proofs.get(adapter) === kind)
        .map((adapter) => `[\`${adapter}\`](adapters/${adapter}.md)`)
        .join(", ");
    const files = [...new Set(journeys.map(({ file }) => file))].sort();
    const shown = files.map((file) => `[${file.replace(/\.targets\.test\.ts$/, "")}](../${tests}/${file})`);
    return [`\`${procedure.id}\``, procedure.title, against("real"), against("contract"), shown.join(", ")];
  };
  const playbooks = [...new Set(rows.map(({ playbook }) => playbook))];
  const sections = playbooks.flatMap((id) => [
    "",
    `## [${id}](playbooks/${id}.md)`,
    "",
    "| Procedure | What it does | Real systems | By contract | Tests |",
    "| --- | --- | --- | --- | --- |",
    ...rows.filter(({ playbook }) => playbook === id).map((row) => `| ${cells(row).join(" | ")} |`),
  ]);
  return [...introduction, ...sections, ""].join("\n");
}

const introduction = [
  "# Procedures and where they ran",
  "",
  "Each procedure of the built-in playbooks was carried out through the product: from a version that works to one that does not and back, most of them with the worker killed on the way, until the systems themselves named the version that works. This page is generated from those tests (`node bin/generate/procedures-reference.ts`).",
  "",
  "*Real systems* lists the adapters whose system ran; *By contract*, those that spoke to a server of the tests that keeps the vendor's published API. What each of them ran against stands on the adapter's page.",
];

import { join } from "node:path";
import { readFileIfPresent, writeFileAtomically } from "./atomic-file.ts";
import { backupName } from "./environment-file.ts";
import type { Placement } from "./fleet.ts";
import { callJson, field } from "./json-http.ts";

export type DeploymentReporterOptions = {
  consoleUrl: string;
  placement: Placement;
  proxyPort: number;
  dataDir: string;
  /** What was deployed until then the console was told when it was set up. */
  since: string;
};

/** Tells the console of each deployment that it has not heard of, as a delivery pipeline would. */
export const reportDeployments = async (options: DeploymentReporterOptions, token: string): Promise<void> => {
  const { consoleUrl, placement, proxyPort, dataDir, since } = options;
  const told = join(dataDir, "state", `${placement.id}-reported.json`);
  const last = readFileIfPresent(told)?.trim() ?? since;
  const { body } = await callJson("GET", `http://127.0.0.1:${proxyPort}/deployment/status`);
  const history = field(body, "deploymentHistory");
  for (const entry of Array.isArray(history) ? history : []) {
    const [at, version, action] = [field(entry, "at"), field(entry, "version"), field(entry, "action")];
    if (typeof at !== "string" || typeof version !== "string" || action !== "deploy" || at <= last) continue;
    const { status } = await callJson(
      "POST",
      new URL(`/api/v1/services/${placement.service}/deployments`, consoleUrl).href,
      {
        headers: { authorization: `Bearer ${token}`, "idempotency-key": `${placement.id}-${at}` },
        body: {
          environment: placement.environment,
          version,
          deployedAt: at,
          strategy: "blue-green",
          configurationRevision: version,
          notes: `Configuration ${backupName(placement, version)}.`,
        },
      },
    );
    // A version in quarantine is refused, and telling it again would not change that.
    if (status !== 201 && status !== 409) return;
    writeFileAtomically(told, `${at}\n`);
  }
};

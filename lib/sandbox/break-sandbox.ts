import { checkoutProduction } from "./fleet.ts";
import { callJson, field } from "./json-http.ts";
import { labelled, nextPatch } from "./release-label.ts";
import { readSandboxPorts } from "./ports.ts";

/**
 * Deploys the bad release of shop-checkout to production again, as its next patch and with its configuration.
 * Rejects when there is no sandbox in `dataDir` or it does not answer. Doing it twice changes nothing more.
 */
export const breakSandbox = async (
  dataDir: string,
): Promise<{ changed: boolean; version: string; url: string }> => {
  const ports = readSandboxPorts(dataDir);
  if (!ports) throw new Error(`There is no sandbox in ${dataDir}. Start Lastgood first.`);
  const url = `http://127.0.0.1:${ports.proxy}`;
  const bad = checkoutProduction.activeAtFirst;
  const installed = labelled(dataDir, checkoutProduction).releases[bad].version;
  const serving = await callJson("GET", `${url}/deployment/status`);
  const version = field(serving.body, "currentEnvironment") === bad ? installed : nextPatch(installed);
  const { status, body } = await callJson("POST", `${url}/deployment/deploy`, {
    body: { version },
    timeoutMs: 10_000,
  });
  if (status !== 200)
    throw new Error(`The sandbox answered with status ${status}: ${String(field(body, "error"))}`);
  return {
    changed: field(body, "changed") === true,
    version,
    url,
  };
};

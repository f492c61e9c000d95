import fs from "node:fs/promises";
import path from "node:path";
import { reportDeployment } from "#lib/commands/deployment/report.ts";
import { changeService } from "#lib/commands/service/change.ts";
import { registerService } from "#lib/commands/service/register.ts";
import { createToken } from "#lib/commands/token/create.ts";
import { addUser } from "#lib/commands/user/add.ts";
import type { SystemActor } from "#lib/domain/actor.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { Json } from "#lib/domain/json.ts";
import { db } from "#lib/platform/db/client.ts";
import { sandboxManifest } from "#lib/sandbox/manifest.ts";
import { claimSandboxPorts } from "#lib/sandbox/ports.ts";

const setup: SystemActor = { kind: "system", id: "setup" };
const reporter = { email: "sandbox@lastgood.local", name: "Sandbox" };

/**
 * Makes the console know the sandbox as it would know any other system: services, history, and a token with which the
 * sandbox reports what it measures. Gives the address of its own page. Harmless to repeat. Throws what the commands throw.
 */
export async function registerSandbox(sandboxFolder: string, tokenFile: string): Promise<string> {
  const ports = await claimSandboxPorts(sandboxFolder);
  const manifest = sandboxManifest(ports, sandboxFolder);
  for (const service of manifest.services) {
    const known = await db().service.findUnique({ where: { id: service.id }, select: { id: true } });
    if (!known) await registerService(setup, service);
    else if (!(await hasTargetsOf(service))) {
      await changeService(setup, { id: service.id, changes: { environments: service.environments } });
    }
    // Only a history that was never begun: a start that was cut off here goes on where it stopped.
    const told = await db().deployment.count({ where: { serviceId: service.id } });
    const history = manifest.deployments.filter((one) => one.service === service.id);
    for (const { deployment } of history.slice(told)) {
      await reportDeployment(setup, { service: service.id, ...deployment });
    }
  }
  await giveToken(tokenFile);
  return `http://127.0.0.1:${ports.proxy}/sandbox`;
}

type Service = ReturnType<typeof sandboxManifest>["services"][number];

/** Ports and paths move when the sandbox's folder was emptied; otherwise there is nothing to tell. */
async function hasTargetsOf(service: Service): Promise<boolean> {
  const targets = await db().target.findMany({
    where: { environment: { serviceId: service.id } },
    select: { settings: true },
  });
  const wanted = service.environments.flatMap((one) =>
    (one.targets ?? []).map((target) => target.settings ?? {}),
  );
  const texts = (all: readonly unknown[]): string[] =>
    all.map((one) => canonical(Json.parse(one))).toSorted();
  return texts(targets.map((target) => target.settings)).join() === texts(wanted).join();
}

async function giveToken(tokenFile: string): Promise<void> {
  const user = await db().user.findUnique({ where: { email: reporter.email }, select: { id: true } });
  if (!user) await addUser(setup, { ...reporter, role: "operator", system: "shop" });
  else if (await exists(tokenFile)) return;
  const { token } = await createToken(setup, {
    user: reporter.email,
    name: "What the sandbox measures",
    role: "operator",
    system: "shop",
    ttl: "365d",
  });
  if (token === null) throw new Error("The sandbox's token could not be made.");
  await fs.mkdir(path.dirname(tokenFile), { recursive: true, mode: 0o700 });
  await fs.writeFile(tokenFile, `${token}\n`, { mode: 0o600 });
}

async function exists(file: string): Promise<boolean> {
  try {
    await fs.access(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

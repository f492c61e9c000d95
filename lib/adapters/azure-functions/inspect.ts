import type { Context } from "#lib/adapters/azure-functions/management.ts";
import { openSite } from "#lib/adapters/azure-functions/site.ts";
import type { Deployment } from "#lib/adapters/azure-functions/site.ts";
import type { FoundVersion, Identity, Inspection } from "#lib/adapters/contract.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";

export async function identify(ctx: Context): Promise<Identity> {
  return { kind: "azure-resource", id: await openSite(ctx).id() };
}

export async function inspect(ctx: Context): Promise<Inspection> {
  const site = openSite(ctx);
  const { slot } = ctx.settings;
  const [production, other, deployments, functions] = await Promise.all([
    site.runs(null),
    site.runs(slot),
    site.deployments(null),
    site.functions(null),
  ]);
  const off = functions.filter(({ isDisabled }) => isDisabled).map(({ name }) => name);
  const current =
    production === null ? null : found(deployments.find(({ id }) => id === production) ?? bare(production));
  return {
    tools: [],
    evidence: [
      evidence("Production", production !== null, `It runs ${production ?? "nothing that Azure names"}.`),
      evidence(`Slot ${slot}`, other !== null, `It runs ${other ?? "nothing that Azure names"}.`),
      evidence(
        "Functions",
        off.length === 0,
        off.length === 0 ? `${functions.length} are enabled.` : `Disabled: ${off.join(", ")}.`,
      ),
    ],
    current,
    history: deployments.map(found),
  };
}

const bare = (id: string): Deployment => ({ id, at: null, isActive: true, message: "" });
const found = ({ id, at, isActive, message }: Deployment): FoundVersion => ({
  version: id,
  deployedAt: at,
  artifacts: { imageDigest: id },
  detail: excerpt(`${isActive ? "active" : "kept"} ${message}`, 120),
});

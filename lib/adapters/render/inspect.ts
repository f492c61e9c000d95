import type { Component } from "#lib/domain/service.ts";
import type { FoundVersion, Identity, Inspection } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { isKept, listDeploys, liveOf, readService, readVariables, shown } from "#lib/adapters/render/api.ts";
import type { Context, Deploy } from "#lib/adapters/render/api.ts";

export async function identify(ctx: Context): Promise<Identity> {
  const { ownerId, id } = await readService(ctx);
  return { kind: "render-service", id: `${ownerId}/${id}` };
}

export async function inspect(ctx: Context, component: Component): Promise<Inspection> {
  const service = await readService(ctx);
  const deploys = await listDeploys(ctx);
  const live = liveOf(deploys);
  const seen = [
    evidence(
      "Service",
      service.suspended === "not_suspended",
      `${service.name}, ${service.type}, ${service.suspended}.`,
    ),
    evidence("Automatic deploys", true, service.autoDeploy === "yes" ? "They are on." : "They are off."),
    evidence("Live deploy", live !== null, shown(live)),
  ];
  if (component === "configuration")
    seen.push(
      evidence("Variables", true, `${(await readVariables(ctx)).size} are set on the service itself.`),
    );
  return {
    tools: [],
    evidence: seen,
    current: live === null ? null : found(live),
    history: deploys.filter(isKept).map(found),
  };
}

const found = (deploy: Deploy): FoundVersion => ({
  version: deploy.commit?.id?.slice(0, 12) ?? deploy.image?.ref ?? deploy.id,
  deployedAt: deploy.finishedAt ?? deploy.createdAt,
  artifacts: { commit: deploy.commit?.id ?? null, imageDigest: deploy.image?.sha ?? deploy.id },
  detail: shown(deploy),
});

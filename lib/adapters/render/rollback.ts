import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { Executor, PlanRequest, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import {
  isKept,
  isUnderWay,
  listDeploys,
  liveOf,
  readDeploy,
  readService,
  rollBackTo,
  runs,
  runsTheSame,
  shown,
  watchDeploy,
} from "#lib/adapters/render/api.ts";
import type { Context, Deploy } from "#lib/adapters/render/api.ts";
import type { Nothing, Rollback, Settings, WantedDeploy } from "#lib/adapters/render/schema.ts";
import { refuseWhenStopped, watchUntil } from "#lib/adapters/rest-call.ts";
import { Fault } from "#lib/domain/errors.ts";

/** `live` is the deploy that serves; `runsWanted` whether it runs the wanted build. */
export type Observed = { live: string | null; runsWanted: boolean };

export async function planRollback(ctx: Context, request: PlanRequest) {
  const deploys = await listDeploys(ctx);
  const kept = await keptDeploy(ctx, request, deploys);
  const wanted: WantedDeploy = {
    deployId: kept.id,
    commit: kept.commit?.id ?? null,
    artifactId: kept.artifactId ?? null,
    imageSha: kept.image?.sha ?? null,
  };
  const live = liveOf(deploys);
  const isThere = live !== null && runs(live, wanted);
  const { autoDeploy } = await readService(ctx);
  return {
    title: isThere
      ? `${shown(live)} runs the build of ${kept.id} already`
      : `Roll back from ${shown(live)} to the kept deploy ${shown(kept)}`,
    desired: { ...wanted, from: live?.id ?? null } satisfies Rollback,
    wanted,
    observed: { live: live?.id ?? null, runsWanted: isThere } satisfies Observed,
    notReverted:
      autoDeploy === "yes"
        ? [
            {
              what: "Automatic deploys of the service",
              why: "They stay on: the next push to the branch deploys again, whatever it holds.",
            },
          ]
        : [],
  };
}

/** The deploy that the record names: by its id, by its image, or the newest kept one of its commit. */
async function keptDeploy(ctx: Context, { to }: PlanRequest, deploys: readonly Deploy[]): Promise<Deploy> {
  const { imageDigest, commit } = to.artifacts;
  if (imageDigest !== null && /^dep-[A-Za-z0-9-]{1,100}$/.test(imageDigest)) {
    const named = deploys.find(({ id }) => id === imageDigest) ?? (await readDeploy(ctx, imageDigest));
    if (isKept(named)) return named;
    throw gone(`The deploy ${named.id} was never live (${named.status}), so no build of it is kept.`);
  }
  if (imageDigest === null && commit === null)
    throw new Fault(
      "permanent",
      "NO_DEPLOY",
      `The deployment of ${to.version} names neither a deploy nor a commit nor an image.`,
      "Report deployments with commit, or with the deploy's id (dep-…) as imageDigest.",
    );
  const found = deploys.find(
    (deploy) =>
      isKept(deploy) &&
      (imageDigest === null ? deploy.commit?.id === commit : deploy.image?.sha === imageDigest),
  );
  if (found) return found;
  throw gone(`None of the last ${deploys.length} deploys that were live has what ${to.version} names.`);
}

const gone = (message: string): Fault =>
  new Fault(
    "permanent",
    "DEPLOY_GONE",
    message,
    "Deploy the commit of that version anew, or choose a version whose deploy is kept.",
  );

async function observe(ctx: Context, desired: WantedDeploy): Promise<Observed> {
  const live = liveOf(await listDeploys(ctx));
  return { live: live?.id ?? null, runsWanted: live !== null && runs(live, desired) };
}

export const rollbackExecutor: Executor<Settings, Rollback, Observed> = {
  observe,
  stable: (observed) => observed,
  isDone: (_desired, { runsWanted }) => runsWanted,
  apply: rollBack,
  verify: async (ctx, desired) => [await serves(ctx, desired)],
};

async function rollBack(ctx: Context, desired: Rollback): Promise<Receipt> {
  const before = await listDeploys(ctx);
  const live = liveOf(before);
  if (live !== null && runs(live, desired)) return receipt(false, live);
  const underWay = await ownDeploy(ctx, desired, before);
  if (underWay !== null) return receipt(true, await watchDeploy(ctx, underWay.id));
  if (!isAsPlanned(desired, live, before))
    throw new Fault(
      "permanent",
      "DRIFT",
      `${shown(live)} is live; the plan rests on ${desired.from ?? "no deploy"}.`,
      "Somebody else has deployed. Nothing was sent. Make a new plan from what is there now.",
    );
  const other = before.find(isUnderWay);
  if (other)
    throw new Fault(
      "transient",
      "DEPLOY_IN_PROGRESS",
      `Another deploy is in progress: ${shown(other)}.`,
      "Cancel it in the Render dashboard, or wait for its end. Nothing was sent.",
    );
  refuseWhenStopped(ctx);
  ctx.log(`Rolling back to ${desired.deployId}.`);
  const began = await rollBackTo(ctx, desired.deployId).catch(async (error: unknown) => {
    if (!(error instanceof Fault) || error.kind !== "unknown") throw error;
    ctx.log(`${error.message} Looking for the deploy.`);
    const seen = await watchForOwn(ctx, desired);
    if (seen !== null) return seen;
    throw new Fault(
      "transient",
      "ROLLBACK_NOT_SEEN",
      `${error.message} No deploy of it was seen within ${ctx.settings.settleSeconds} s.`,
      "It is asked again; it names the deploy, so that a second request leads to the same build.",
    );
  });
  return receipt(true, await watchDeploy(ctx, began.id));
}

/** The deploy that the plan rests on is live, or its build is, started again for restored variables. */
function isAsPlanned({ from }: Rollback, live: Deploy | null, deploys: readonly Deploy[]): boolean {
  if ((live?.id ?? null) === from) return true;
  const rests = deploys.find(({ id }) => id === from);
  return live !== null && rests !== undefined && runsTheSame(live, rests);
}

/** A deploy of the wanted build that is under way; after an unknown outcome it is given time to appear. */
async function ownDeploy(ctx: Context, desired: Rollback, seen: readonly Deploy[]): Promise<Deploy | null> {
  const own = seen.find((deploy) => isUnderWay(deploy) && runs(deploy, desired));
  if (own !== undefined || ctx.previous === "none") return own ?? null;
  ctx.log("An earlier request may be under way: looking for its deploy.");
  return watchForOwn(ctx, desired);
}

function watchForOwn(ctx: Context, desired: Rollback): Promise<Deploy | null> {
  const { settleSeconds: seconds, lookEveryMs: firstMs } = ctx.settings;
  return watchUntil(ctx, { seconds, firstMs }, async () => {
    const deploys = await listDeploys(ctx);
    const isOwn = (deploy: Deploy): boolean => runs(deploy, desired);
    return (
      deploys.find((deploy) => isOwn(deploy) && (isUnderWay(deploy) || deploy.status === "live")) ?? null
    );
  });
}

const receipt = (changed: boolean, deploy: Deploy): Receipt => ({
  changed,
  summary: changed ? `${shown(deploy)} is live.` : `${shown(deploy)} runs the wanted build already.`,
  data: { deployId: deploy.id, commit: deploy.commit?.id ?? null },
});

async function serves(ctx: Context, desired: WantedDeploy) {
  const live = liveOf(await listDeploys(ctx));
  const isWanted = live !== null && runs(live, desired);
  return evidence("Live deploy", isWanted, `${shown(live)}; wanted is the build of ${desired.deployId}.`);
}

export const captureExecutor = checkExecutor<Settings, Nothing>(async (ctx) => {
  const deploys = await listDeploys(ctx);
  const last = deploys.slice(0, 5).map((deploy) => `${deploy.createdAt} ${shown(deploy)}`);
  return [
    evidence("Live deploy", true, shown(liveOf(deploys))),
    evidence("Last deploys", true, last.length === 0 ? "Render shows none." : last.join("; ")),
  ];
});

export const confirmExecutor = checkExecutor<Settings, WantedDeploy>(async (ctx, { deployId }) => {
  const deploy = await readDeploy(ctx, deployId);
  return [evidence("Kept deploy", isKept(deploy), `Render has ${shown(deploy)}.`)];
});

export const versionExecutor = checkExecutor<Settings, WantedDeploy>(async (ctx, desired) => {
  const deploys = await listDeploys(ctx);
  const underWay = deploys.find(isUnderWay);
  if (underWay)
    throw new Fault(
      "transient",
      "DEPLOY_IN_PROGRESS",
      `${shown(underWay)} is not live yet.`,
      "Look at its log in the Render dashboard; this is checked again within its limit.",
    );
  return [await serves(ctx, desired)];
});

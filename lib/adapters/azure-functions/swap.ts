import { openSite } from "#lib/adapters/azure-functions/site.ts";
import type { Site } from "#lib/adapters/azure-functions/site.ts";
import type { Context } from "#lib/adapters/azure-functions/management.ts";
import type { Nothing, Settings, Swap, Triggers, Wanted } from "#lib/adapters/azure-functions/schema.ts";
import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { Executor, PlanRequest, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { refuseWhenStopped, watchUntil } from "#lib/adapters/rest-call.ts";
import { Fault } from "#lib/domain/errors.ts";

export type Observed = { production: string | null; slot: string | null };

async function look(ctx: Context, site: Site): Promise<Observed> {
  const [production, slot] = await Promise.all([site.runs(null), site.runs(ctx.settings.slot)]);
  return { production, slot };
}

/** The deployment that the record names. Throws Fault `permanent`. */
function deploymentOf({ to }: PlanRequest): string {
  const deployment = to.artifacts.imageDigest ?? to.artifacts.commit;
  if (deployment !== null) return deployment;
  throw new Fault(
    "permanent",
    "NO_DEPLOYMENT",
    `The deployment of ${to.version} names neither a deployment of Azure nor a commit.`,
    "Report deployments with the id of Azure's deployment as imageDigest, or with commit where it is the id.",
  );
}

/** Where the wanted deployment is. Throws Fault `permanent` NOT_IN_SLOT. */
async function locate(ctx: Context, request: PlanRequest) {
  const deployment = deploymentOf(request);
  const site = openSite(ctx);
  const observed = await look(ctx, site);
  const isThere = observed.production === deployment;
  if (!isThere && observed.slot !== deployment)
    throw new Fault(
      "permanent",
      "NOT_IN_SLOT",
      `Neither production nor the slot ${ctx.settings.slot} runs ${request.to.version}: production runs ${shown(observed.production)}, the slot ${shown(observed.slot)}.`,
      "A swap reaches only what the slot holds. Deploy that version to the slot first, and see that it works there.",
    );
  return { deployment, site, observed, isThere };
}

const shown = (deployment: string | null): string => deployment ?? "nothing that Azure names";

export async function planSwap(ctx: Context, request: PlanRequest) {
  const { deployment, observed, isThere } = await locate(ctx, request);
  const { slot } = ctx.settings;
  return {
    title: isThere
      ? `Production runs ${deployment} already`
      : `Swap ${slot} with production, from ${shown(observed.production)} to ${deployment}`,
    desired: { deployment, slot, from: observed.production } satisfies Swap,
    observed,
  };
}

/** The functions that shall be there: as the settings name them, or as the place has them that holds the version. */
export async function planTriggers(ctx: Context, request: PlanRequest) {
  const { site, isThere } = await locate(ctx, request);
  const named = ctx.settings.triggers;
  const held = named === undefined ? await site.functions(isThere ? null : ctx.settings.slot) : [];
  const seen = held.flatMap(({ name, trigger }) => (trigger === null ? [] : [[name, trigger] as const]));
  const functions = named ?? Object.fromEntries(seen);
  const count = Object.keys(functions).length;
  if (count === 0) return null;
  return {
    title: `Verify that ${count} ${count === 1 ? "trigger is" : "triggers are"} there and enabled`,
    desired: { functions } satisfies Triggers,
    observed: null,
  };
}

export const swapExecutor: Executor<Settings, Swap, Observed> = {
  observe: (ctx) => look(ctx, openSite(ctx)),
  stable: (observed) => observed,
  isDone: (desired, { production }) => production === desired.deployment,
  apply: swap,
  verify: async (ctx, desired) => [await serves(ctx, desired)],
};

async function swap(ctx: Context, desired: Swap): Promise<Receipt> {
  const site = openSite(ctx);
  const before = await look(ctx, site);
  if (before.production === desired.deployment) return receipt(false, desired);
  refuseDrift(before, desired);
  if ((ctx.previous === "unknown" || (await site.isBusy(desired.slot))) && (await settle(ctx, site, desired)))
    return receipt(true, desired);
  const now = await look(ctx, site);
  if (now.production === desired.deployment) return receipt(true, desired);
  refuseDrift(now, desired);
  if (now.slot !== desired.deployment)
    throw new Fault(
      "permanent",
      "DRIFT",
      `A swap would not lead to ${desired.deployment}: the slot ${desired.slot} runs ${shown(now.slot)}.`,
      "Somebody else has deployed there. Nothing was sent. Make a new plan from what is there now.",
    );
  refuseWhenStopped(ctx);
  ctx.log(`Swapping ${desired.slot} with production.`);
  const limit = AbortSignal.timeout(ctx.settings.swapSeconds * 1000);
  try {
    await site.swap(desired.slot, AbortSignal.any([ctx.signal, limit]));
  } catch (error) {
    if (error instanceof Fault && error.kind !== "unknown" && error.code !== "TARGET_FAILS") {
      if ((await look(ctx, site)).production === desired.deployment) return receipt(true, desired);
      throw error;
    }
    const why = error instanceof Error ? error.message : String(error);
    ctx.log(`${ctx.redact(why)} Watching production.`);
    if (await settle(ctx, site, desired)) return receipt(true, desired);
    throw uncertain(
      desired,
      limit.aborted ? `The swap is not over after ${ctx.settings.swapSeconds} s.` : ctx.redact(why),
    );
  }
  if (await settle(ctx, site, desired)) return receipt(true, desired);
  throw uncertain(desired, "Azure says that the swap is over.");
}

/**
 * Watches until production has left where it began (true: it is as wanted). False: it stayed, and Azure says that no
 * operation is pending on either slot. Throws Fault DRIFT, or `unknown` when an operation is pending still.
 */
async function settle(ctx: Context, site: Site, desired: Swap): Promise<boolean> {
  const { settleSeconds: seconds, lookEveryMs: firstMs } = ctx.settings;
  const moved = await watchUntil(ctx, { seconds, firstMs }, async () => {
    const seen = await look(ctx, site);
    return seen.production === desired.from ? null : seen;
  });
  if (moved !== null) {
    if (moved.production === desired.deployment) return true;
    refuseDrift(moved, desired);
  }
  if (await site.isBusy(desired.slot))
    throw uncertain(desired, "An operation is still pending on the slots.");
  return false;
}

function refuseDrift({ production }: Observed, desired: Swap): void {
  if (production === desired.from || production === desired.deployment) return;
  throw new Fault(
    "permanent",
    "DRIFT",
    `Production runs ${shown(production)}; the plan rests on ${shown(desired.from)} and wants ${desired.deployment}.`,
    "Somebody else has changed it. Nothing more was sent. Make a new plan from what is there now.",
  );
}

function uncertain(desired: Swap, why: string): Fault {
  return new Fault(
    "unknown",
    "SWAP_UNCERTAIN",
    `${why} Production does not show ${desired.deployment}; the swap may still come.`,
    "Look at both slots in the Azure portal until nothing is pending. If production runs the wanted deployment, mark the step done; if not, retry.",
  );
}

const receipt = (changed: boolean, { deployment, slot }: Swap): Receipt => ({
  changed,
  summary: `Production runs ${deployment}${changed ? "." : " already."}`,
  data: { deployment, slot },
});

async function serves(ctx: Context, { deployment }: Wanted) {
  const production = await openSite(ctx).runs(null);
  return evidence(
    "Production",
    production === deployment,
    `It runs ${shown(production)}; wanted is ${deployment}.`,
  );
}

export const captureExecutor = checkExecutor<Settings, Nothing>(async (ctx) => {
  const { production, slot } = await look(ctx, openSite(ctx));
  return [
    evidence("Production", true, `It runs ${shown(production)}.`),
    evidence(`Slot ${ctx.settings.slot}`, true, `It runs ${shown(slot)}.`),
  ];
});

export const confirmExecutor = checkExecutor<Settings, Wanted>(async (ctx, { deployment }) => {
  const { production, slot } = await look(ctx, openSite(ctx));
  const isHeld = production === deployment || slot === deployment;
  return [
    evidence(
      "Wanted deployment",
      isHeld,
      `Production runs ${shown(production)}, the slot ${ctx.settings.slot} runs ${shown(slot)}.`,
    ),
  ];
});

export const versionExecutor = checkExecutor<Settings, Wanted>(async (ctx, desired) => [
  await serves(ctx, desired),
]);

export const triggersExecutor = checkExecutor<Settings, Triggers>(async (ctx, desired) => {
  const found = new Map((await openSite(ctx).functions(null)).map((one) => [one.name, one]));
  return Object.entries(desired.functions).map(([name, trigger]) => {
    const seen = found.get(name);
    if (seen === undefined) {
      // Azure lists functions anew some time after a swap.
      throw new Fault(
        "transient",
        "TRIGGER_MISSING",
        `The function ${name} is not listed in production.`,
        "Look at the functions in the Azure portal; this is checked again within its limit.",
      );
    }
    const isRight = seen.trigger === trigger && !seen.isDisabled;
    const is = `${seen.trigger ?? "no trigger"}${seen.isDisabled ? ", disabled" : ", enabled"}`;
    return evidence(`Function ${name}`, isRight, `It has ${is}; wanted is ${trigger}, enabled.`);
  });
});

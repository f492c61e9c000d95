import { z } from "zod";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { under } from "#lib/adapters/http-address.ts";
import type { Settings, WantedDeploy } from "#lib/adapters/render/schema.ts";
import { restJson, watchUntil } from "#lib/adapters/rest-call.ts";
import type { RestCall } from "#lib/adapters/rest-call.ts";
import { Fault } from "#lib/domain/errors.ts";

export type Context = AdapterContext<Settings>;

/** What is used of a deploy, as Render's published OpenAPI document (api-docs.render.com) describes it. */
const Deploy = z.object({
  id: z.string(),
  artifactId: z.string().optional(),
  commit: z.object({ id: z.string().optional() }).optional(),
  image: z.object({ ref: z.string().optional(), sha: z.string().optional() }).optional(),
  status: z.string(),
  trigger: z.string().optional(),
  createdAt: z.string(),
  finishedAt: z.string().nullish(),
});
export type Deploy = z.output<typeof Deploy>;
const Deploys = z.array(z.object({ deploy: Deploy, cursor: z.string() }));
const Variables = z.array(
  z.object({ envVar: z.object({ key: z.string(), value: z.string() }), cursor: z.string() }),
);
const Service = z.object({
  id: z.string(),
  name: z.string(),
  ownerId: z.string(),
  type: z.string(),
  autoDeploy: z.string(),
  suspended: z.string(),
});
export type Service = z.output<typeof Service>;

const failed = new Set(["build_failed", "update_failed", "pre_deploy_failed", "canceled"]);
export const isUnderWay = ({ status }: Deploy): boolean =>
  !failed.has(status) && status !== "live" && status !== "deactivated";
/** Render keeps the build of what was live once. */
export const isKept = ({ status }: Deploy): boolean => status === "live" || status === "deactivated";

type Call = Pick<RestCall, "method" | "body" | "gone">;

function call<T>(ctx: Context, path: string, schema: z.ZodType<T>, more: Call = {}): Promise<T> {
  const { apiUrl, serviceId, timeoutMs } = ctx.settings;
  return restJson(
    ctx,
    {
      url: under(apiUrl, `/services/${serviceId}${path}`),
      headers: { authorization: `Bearer ${ctx.secrets["token"] ?? ""}` },
      timeoutMs,
      secret: "token",
      ...more,
    },
    schema,
  );
}

const noService = (ctx: Context) => ({
  code: "SERVICE_GONE",
  message: `Render knows no service ${ctx.settings.serviceId}.`,
  advice: "Check serviceId in the settings, and that the token belongs to the workspace of that service.",
});
const deployGone = (id: string) => ({
  code: "DEPLOY_GONE",
  message: `Render no longer has the deploy ${id}.`,
  advice: "Deploy the commit of that version anew, or choose a version whose deploy is kept.",
});

export const readService = (ctx: Context): Promise<Service> =>
  call(ctx, "", Service, { gone: noService(ctx) });

/** The newest 100 deploys, newest first. Throws Fault. */
export async function listDeploys(ctx: Context): Promise<Deploy[]> {
  const page = await call(ctx, "/deploys?limit=100", Deploys, { gone: noService(ctx) });
  return page.map(({ deploy }) => deploy);
}

export const readDeploy = (ctx: Context, id: string): Promise<Deploy> =>
  call(ctx, `/deploys/${encodeURIComponent(id)}`, Deploy, { gone: deployGone(id) });

/** Asks for the build of a kept deploy; safe to repeat, for it names what shall run. */
export const rollBackTo = (ctx: Context, deployId: string): Promise<Deploy> =>
  call(ctx, "/rollback", Deploy, { method: "POST", body: { deployId }, gone: deployGone(deployId) });

/** Asks for another deploy of the build that is live, which then starts with the present variables. */
export const deployAgain = (ctx: Context): Promise<Deploy> =>
  call(ctx, "/deploys", Deploy, { method: "POST", body: { deployMode: "deploy_only" } });

/** All variables of the service itself; those of linked environment groups are not among them. */
export async function readVariables(ctx: Context): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  let cursor = "";
  for (;;) {
    const from = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await call(ctx, `/env-vars?limit=100${from}`, Variables, { gone: noService(ctx) });
    for (const { envVar } of page) values.set(envVar.key, envVar.value);
    const last = page.at(-1);
    if (last === undefined || page.length < 100) return values;
    cursor = last.cursor;
  }
}

/** Replaces all variables of the service. */
export async function writeVariables(ctx: Context, values: ReadonlyMap<string, string>): Promise<void> {
  const body = [...values].map(([key, value]) => ({ key, value }));
  await call(ctx, "/env-vars", z.unknown(), { method: "PUT", body });
}

export const liveOf = (deploys: readonly Deploy[]): Deploy | null =>
  deploys.find(({ status }) => status === "live") ?? null;

/** Whether a deploy runs the wanted build: it is that deploy, or one that reuses its build. */
export function runs(deploy: Deploy, wanted: WantedDeploy): boolean {
  if (deploy.id === wanted.deployId) return true;
  if (deploy.artifactId !== undefined && wanted.artifactId !== null)
    return deploy.artifactId === wanted.artifactId;
  if (deploy.trigger !== "rollback") return false;
  if (wanted.imageSha !== null) return deploy.image?.sha === wanted.imageSha;
  return wanted.commit !== null && deploy.commit?.id === wanted.commit;
}

/** Whether one of them is the other, started again: nothing else runs, with other variables perhaps. */
export function runsTheSame(one: Deploy, other: Deploy): boolean {
  if (one.id === other.id) return true;
  if (one.artifactId !== undefined && other.artifactId !== undefined)
    return one.artifactId === other.artifactId;
  const sourceOf = ({ commit, image }: Deploy): string | undefined => image?.sha ?? commit?.id;
  return sourceOf(one) !== undefined && sourceOf(one) === sourceOf(other);
}

/** Such as “dep-abc (commit 1234567890ab, live)”. */
export function shown(deploy: Deploy | null): string {
  if (deploy === null) return "no deploy";
  const commit = deploy.commit?.id;
  const what = commit === undefined ? deploy.image?.ref : `commit ${commit.slice(0, 12)}`;
  return `${deploy.id} (${what === undefined ? "" : `${what}, `}${deploy.status})`;
}

/** Watches a deploy until it is live. Throws Fault DEPLOY_FAILED, DEPLOY_REPLACED or, when it does neither in time, `unknown`. */
export async function watchDeploy(ctx: Context, id: string): Promise<Deploy> {
  const { deploySeconds, lookEveryMs } = ctx.settings;
  let last = "";
  const end = await watchUntil(ctx, { seconds: deploySeconds, firstMs: lookEveryMs }, async () => {
    const deploy = await readDeploy(ctx, id);
    if (deploy.status !== last) ctx.log(`Deploy ${id}: ${deploy.status}.`);
    last = deploy.status;
    return isUnderWay(deploy) ? null : deploy;
  });
  if (end?.status === "live") return end;
  if (end === null)
    throw new Fault(
      "unknown",
      "DEPLOY_HANGS",
      `The deploy ${id} is still ${last || "unseen"} after ${deploySeconds} s; it may yet become live.`,
      "Look at its log in the Render dashboard. Cancel it there if it hangs, then look at what is live.",
    );
  if (end.status === "deactivated")
    throw new Fault(
      "permanent",
      "DEPLOY_REPLACED",
      `The deploy ${id} was live and has been replaced by another one meanwhile.`,
      "Somebody else deploys. Turn automatic deploys off, then make a new plan.",
    );
  throw new Fault(
    "permanent",
    "DEPLOY_FAILED",
    `The deploy ${id} ended as ${end.status}; what was live before stays live.`,
    "Read its log in the Render dashboard, correct what it names, then retry.",
  );
}

import {
  CloudFrontClient,
  CreateInvalidationCommand,
  GetDistributionCommand,
  GetInvalidationCommand,
  ListInvalidationsCommand,
} from "@aws-sdk/client-cloudfront";
import type { Invalidation } from "@aws-sdk/client-cloudfront";
import type { AdapterContext, Evidence } from "#lib/adapters/contract.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { credentialsOf, guardedHandler, serviceFault } from "#lib/adapters/static-site/client.ts";
import type { Settings } from "#lib/adapters/static-site/schema.ts";

type Context = AdapterContext<Settings>;
type Opened = { client: CloudFrontClient; distribution: string };
/** What became of an invalidation. `none`: no CloudFront is set. */
export type InvalidationState = "none" | "not asked" | "under way" | "done";

const mostLooked = 20;
/** What this very step asked for: found by its id, however many newer ones there are. */
const asked = new WeakMap<Context, { reference: string; id: string }>();

function open(ctx: Context): Opened | null {
  const { cloudFront } = ctx.settings;
  if (cloudFront === undefined) return null;
  const client = new CloudFrontClient({
    endpoint: cloudFront.endpoint,
    region: "us-east-1",
    credentials: credentialsOf(ctx),
    requestHandler: guardedHandler(ctx),
    maxAttempts: 3,
  });
  return { client, distribution: cloudFront.distribution };
}

/** Throws Fault. */
export async function seeInvalidation(ctx: Context, reference: string): Promise<InvalidationState> {
  const opened = open(ctx);
  if (opened === null) return "none";
  const own = asked.get(ctx);
  try {
    const found = await findInvalidation(opened, reference, own?.reference === reference ? own.id : null);
    if (found === null) return "not asked";
    return found.Status === "Completed" ? "done" : "under way";
  } catch (error) {
    throw serviceFault(ctx, `CloudFront ${opened.distribution}`, error);
  }
}

async function findInvalidation(
  { client, distribution }: Opened,
  reference: string,
  own: string | null,
): Promise<Invalidation | null> {
  const get = async (Id: string): Promise<Invalidation | null> => {
    const { Invalidation: found } = await client.send(
      new GetInvalidationCommand({ DistributionId: distribution, Id }),
    );
    return found?.InvalidationBatch?.CallerReference === reference ? found : null;
  };
  if (own !== null) return get(own);
  const { InvalidationList } = await client.send(
    new ListInvalidationsCommand({ DistributionId: distribution, MaxItems: mostLooked }),
  );
  for (const { Id } of InvalidationList?.Items ?? []) {
    const found = Id === undefined ? null : await get(Id);
    if (found !== null) return found;
  }
  return null;
}

/** Asked twice under the same reference, CloudFront does it once and answers the same. Throws Fault. */
export async function askCloudFront(ctx: Context, reference: string): Promise<void> {
  const opened = open(ctx);
  if (opened === null) return;
  const { client, distribution } = opened;
  const { Invalidation: answer } = await client
    .send(
      new CreateInvalidationCommand({
        DistributionId: distribution,
        InvalidationBatch: { CallerReference: reference, Paths: { Quantity: 1, Items: ["/*"] } },
      }),
    )
    .catch((error: unknown): never => {
      throw serviceFault(ctx, `CloudFront ${distribution}`, error);
    });
  if (answer?.Id !== undefined) asked.set(ctx, { reference, id: answer.Id });
  ctx.log(`Asked CloudFront ${distribution} to fetch /* anew, reference ${reference}.`);
}

/** Whether the distribution takes requests, and is the one in front of the site. Empty: no CloudFront is set. Throws Fault. */
export async function seeDistribution(ctx: Context): Promise<Evidence[]> {
  const opened = open(ctx);
  if (opened === null) return [];
  const { client, distribution } = opened;
  const { Distribution } = await client
    .send(new GetDistributionCommand({ Id: distribution }))
    .catch((error: unknown): never => {
      throw serviceFault(ctx, `CloudFront ${distribution}`, error);
    });
  const config = Distribution?.DistributionConfig;
  const names = [Distribution?.DomainName ?? "", ...(config?.Aliases?.Items ?? [])];
  const host = new URL(ctx.settings.site).hostname;
  const isInFront = names.some((name) => isNameOf(name, host));
  const state = `It is ${config?.Enabled === true ? "enabled" : "disabled"} and ${excerpt(Distribution?.Status ?? "of unknown state", 40)}`;
  return [
    evidence(
      `CloudFront ${distribution}`,
      config?.Enabled === true && isInFront,
      isInFront
        ? `${state}, and serves ${host}.`
        : `${state}, but serves ${excerpt(names.join(", "))}, not ${host}.`,
    ),
  ];
}

const isNameOf = (name: string, host: string): boolean =>
  name.startsWith("*.")
    ? host.endsWith(name.slice(1)) && !host.slice(0, -name.length + 1).includes(".")
    : name === host;

import {
  CloudFrontClient,
  CreateInvalidationCommand,
  GetInvalidationCommand,
  ListInvalidationsCommand,
} from "@aws-sdk/client-cloudfront";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { credentialsOf, guardedHandler, serviceFault } from "#lib/adapters/static-site/client.ts";
import type { Settings } from "#lib/adapters/static-site/schema.ts";

type Context = AdapterContext<Settings>;
const mostLooked = 20;

function open(ctx: Context): { client: CloudFrontClient; distribution: string } | null {
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

/** What became of the invalidation with that reference. `none`: no CloudFront is set. */
export async function seeInvalidation(
  ctx: Context,
  reference: string,
): Promise<"none" | "not asked" | "under way" | "done"> {
  const opened = open(ctx);
  if (opened === null) return "none";
  const { client, distribution } = opened;
  try {
    const { InvalidationList } = await client.send(
      new ListInvalidationsCommand({ DistributionId: distribution, MaxItems: mostLooked }),
    );
    for (const { Id } of InvalidationList?.Items ?? []) {
      const { Invalidation } = await client.send(
        new GetInvalidationCommand({ DistributionId: distribution, Id }),
      );
      if (Invalidation?.InvalidationBatch?.CallerReference !== reference) continue;
      return Invalidation.Status === "Completed" ? "done" : "under way";
    }
    return "not asked";
  } catch (error) {
    throw serviceFault(ctx, `CloudFront ${distribution}`, error);
  }
}

/** Asked twice under the same reference, CloudFront does it once and answers the same. */
export async function askCloudFront(ctx: Context, reference: string): Promise<void> {
  const opened = open(ctx);
  if (opened === null) return;
  const { client, distribution } = opened;
  await client
    .send(
      new CreateInvalidationCommand({
        DistributionId: distribution,
        InvalidationBatch: { CallerReference: reference, Paths: { Quantity: 1, Items: ["/*"] } },
      }),
    )
    .catch((error: unknown): never => {
      throw serviceFault(ctx, `CloudFront ${distribution}`, error);
    });
  ctx.log(`Asked CloudFront ${distribution} to fetch /* anew, reference ${reference}.`);
}

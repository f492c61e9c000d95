import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { serviceFault } from "#lib/adapters/static-site/client.ts";
import { inTurn } from "#lib/adapters/static-site/in-turn.ts";
import { keepsVersions } from "#lib/adapters/static-site/objects.ts";
import type { Settings } from "#lib/adapters/static-site/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
type Keyed = { key: string };

const mostBytes = 64 * 1024;

/** The keys that a plan deletes; none unless that is asked for. Throws Fault DELETES_FOR_GOOD, TOO_MANY_DELETES. */
export async function deletesOf(ctx: Context, client: S3Client, extra: readonly Keyed[]): Promise<string[]> {
  if (!ctx.settings.deleteExtra || extra.length === 0) return [];
  await requireKept(ctx, client, extra.length);
  const keys = extra.map(({ key }) => key);
  if (Buffer.byteLength(JSON.stringify(keys)) <= mostBytes) return keys;
  throw new Fault(
    "permanent",
    "TOO_MANY_DELETES",
    `${keys.length} objects would be deleted, more than a plan can name one by one.`,
    "Turn deleteExtra off: left in place they harm nobody. Delete what is old by hand, or let it expire.",
  );
}

/** What is still there of that which the plan deletes. */
export const stillThere = <T extends Keyed>(extra: readonly T[], deletes: readonly string[]): T[] => {
  const named = new Set(deletes);
  return extra.filter(({ key }) => named.has(key));
};

/** Before anything is changed. Throws Fault DRIFT where others came since the plan was signed, DELETES_FOR_GOOD. */
export async function checkDeletes(
  ctx: Context,
  client: S3Client,
  extra: readonly Keyed[],
  deletes: readonly string[],
): Promise<void> {
  if (deletes.length === 0) return;
  const named = new Set(deletes);
  const others = extra.filter(({ key }) => !named.has(key));
  if (others.length > 0)
    throw new Fault(
      "permanent",
      "DRIFT",
      `${others.length} objects came since the plan was signed: ${others
        .slice(0, 5)
        .map(({ key }) => key)
        .join(", ")}. Nothing was deleted.`,
      "Find out who writes to the bucket. Make a new plan, so that approvers see what it would delete now.",
    );
  await requireKept(ctx, client, deletes.length);
}

/** Only what the plan names, and only while the bucket keeps versions of it. Throws Fault. */
export async function removeAll(ctx: Context, client: S3Client, objects: readonly Keyed[]): Promise<void> {
  if (objects.length === 0) return;
  await requireKept(ctx, client, objects.length);
  await inTurn(ctx, objects, async ({ key }) => {
    await client
      .send(new DeleteObjectCommand({ Bucket: ctx.settings.bucket, Key: key }))
      .catch((error: unknown): never => {
        throw serviceFault(ctx, key, error);
      });
    ctx.log(`Deleted ${key}; the bucket keeps its versions.`);
  });
}

async function requireKept(ctx: Context, client: S3Client, count: number): Promise<void> {
  if (await keepsVersions(ctx, client)) return;
  throw new Fault(
    "permanent",
    "DELETES_FOR_GOOD",
    `${count} objects would be deleted for good: the bucket ${ctx.settings.bucket} keeps no versions.`,
    "Enable versioning of the bucket, or turn deleteExtra off: left in place they harm nobody.",
  );
}

import { createHash } from "node:crypto";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { under } from "#lib/adapters/http-address.ts";
import { s3Client } from "#lib/adapters/static-site/client.ts";
import { textOf } from "#lib/adapters/static-site/objects.ts";
import { hasContent, head } from "#lib/adapters/static-site/same-content.ts";
import type { Settings } from "#lib/adapters/static-site/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

/**
 * ETags of whatever has the wanted content; and the object itself where it is in place and no ETag is its sum. `upload`:
 * what was signed of a build, which an object that is uploaded by now may have under an ETag of its own.
 */
export type Wanted = {
  etags: string[];
  key: string | null;
  upload?: { key: string; md5: string; sha256: string };
};
/** Of a path of which nothing is known. */
export const unknown: Wanted = { etags: [], key: null };

/** Whether that is what the site serves at the path. Throws Fault. */
export async function isServed(
  ctx: Context,
  place: string,
  { etags, key, upload }: Wanted,
): Promise<boolean> {
  const answer = await get(ctx, place);
  if (answer.status !== 200) return false;
  const shown = answer.headers["etag"]?.replace(/^W\//, "").replaceAll('"', "");
  if (etags.includes(shown ?? "") || etags.includes(md5Of(answer.body))) return true;
  if (upload !== undefined && shown !== undefined) return (await etagOf(ctx, upload)) === shown;
  if (key === null || answer.truncated) return false;
  return md5Of(answer.body) === md5Of(await textOf(ctx, s3Client(ctx), key));
}

/** The ETag of the object, if it has the signed content; null before that is uploaded. Throws Fault. */
async function etagOf(ctx: Context, { key, ...sums }: NonNullable<Wanted["upload"]>): Promise<string | null> {
  const object = await head(ctx, s3Client(ctx), key).catch((error: unknown) => {
    if (error instanceof Fault && error.code === "OBJECT_GONE") return null;
    throw error;
  });
  return object !== null && hasContent(object, sums) ? (object.ETag?.replaceAll('"', "") ?? null) : null;
}

const md5Of = (text: string): string => createHash("md5").update(text).digest("hex");

/** What the site serves at the path. Throws Fault. */
export const get = (ctx: Context, path: string) =>
  ctx.http({
    method: "GET",
    url: under(ctx.settings.site, path),
    timeoutMs: ctx.settings.timeoutMs,
    maxBytes: 8 * 1024 * 1024,
    signal: ctx.signal,
  });

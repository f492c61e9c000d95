import { statusFeed } from "#lib/domain/status-feed.ts";
import { cachedStatusSnapshot } from "#lib/queries/status/cached-snapshot.ts";

export const dynamic = "force-dynamic";

export async function GET(request: Request): Promise<Response> {
  const url = new URL("/status", request.url).href;
  const feed = statusFeed(await cachedStatusSnapshot(), url, "Service status");
  return new Response(feed, { headers: { "content-type": "application/atom+xml; charset=utf-8" } });
}

import { statusPage } from "#lib/domain/status-page.ts";
import { cachedStatusSnapshot } from "#lib/queries/status/cached-snapshot.ts";

export const dynamic = "force-dynamic";

/** The public page as this process sees it; the status process serves the same with everything else down. */
export async function GET(): Promise<Response> {
  const page = statusPage(await cachedStatusSnapshot(), new Date(), {
    title: "Service status",
    feed: "/status/feed.atom",
  });
  return new Response(page, {
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "public, max-age=5" },
  });
}

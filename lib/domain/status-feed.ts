import { escapeHtml } from "#lib/domain/escape-html.ts";
import type { StatusSnapshot } from "#lib/domain/status.ts";

/** The public updates as an Atom feed (RFC 4287), newest first. `url` is the address of the status page. Pure. */
export function statusFeed(snapshot: StatusSnapshot | null, url: string, title: string): string {
  const entries = (snapshot ? [...snapshot.incidents, ...snapshot.past] : [])
    .flatMap((incident) => incident.updates.map((update) => ({ incident, update })))
    .sort((a, b) => b.update.at.localeCompare(a.update.at))
    .slice(0, 100);
  const updated = entries[0]?.update.at ?? snapshot?.asOf ?? new Date(0).toISOString();
  const items = entries.map(
    ({ incident, update }) => `<entry>
<id>${escapeHtml(`${url}#${incident.number}-${update.at}`)}</id>
<title>${escapeHtml(`${incident.title}: ${update.state.replaceAll("_", " ")}`)}</title>
<updated>${escapeHtml(update.at)}</updated>
<link href="${escapeHtml(url)}"/>
<content type="text">${escapeHtml(update.text)}</content>
</entry>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${escapeHtml(url)}</id>
<title>${escapeHtml(title)}</title>
<updated>${escapeHtml(updated)}</updated>
<author><name>${escapeHtml(title)}</name></author>
<link href="${escapeHtml(url)}"/>
${items.join("\n")}
</feed>
`;
}

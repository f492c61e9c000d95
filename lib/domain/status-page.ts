import { escapeHtml } from "#lib/domain/escape-html.ts";
import type { StatusState } from "#lib/domain/incident.ts";
import { statusPageScript } from "#lib/domain/status-page-script.ts";
import { statusPageStyle } from "#lib/domain/status-page-style.ts";
import {
  asShownAt,
  statusSentence,
  statusWord,
  type StatusIncident,
  type StatusSnapshot,
} from "#lib/domain/status.ts";

export type StatusPageOptions = { title: string; feed: string };

const dateFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});
const utc = (iso: string): string => `${dateFormat.format(new Date(iso)).replace(",", "")} UTC`;
const time = (iso: string): string => `<time datetime="${escapeHtml(iso)}">${escapeHtml(utc(iso))}</time>`;

/** The whole public page as HTML, readable without a script. Null: nothing was ever published. Pure. */
export function statusPage(snapshot: StatusSnapshot | null, now: Date, options: StatusPageOptions): string {
  const shown = snapshot ? asShownAt(snapshot, now) : null;
  const state = shown?.state ?? "unknown";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<noscript><meta http-equiv="refresh" content="30"></noscript>
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(statusSentence[state])} · ${escapeHtml(options.title)}</title>
<link rel="alternate" type="application/atom+xml" title="Updates" href="${escapeHtml(options.feed)}">
<style>${statusPageStyle}</style>
</head>
<body class="${state}">
<main>
<header>
<p class="who">${escapeHtml(options.title)}</p>
<h1>${mark(state)}${escapeHtml(statusSentence[state])}</h1>
${asOf(shown)}
</header>
${shown && shown.incidents.length > 0 ? section("What is happening", shown.incidents.map((i) => incident(i)).join("")) : ""}
${section("Services", services(shown))}
${section("Earlier", shown && shown.past.length > 0 ? shown.past.map((i) => incident(i)).join("") : "<p>Nothing else was announced in the last 90 days.</p>")}
<footer><p><a href="${escapeHtml(options.feed)}">Follow updates in a feed reader</a></p></footer>
</main>
<script>${statusPageScript}</script>
</body>
</html>
`;
}

function asOf(shown: ReturnType<typeof asShownAt> | null): string {
  if (!shown) return `<p class="asof">Nothing has been measured yet.</p>`;
  if (!shown.isStale) return `<p class="asof">As of ${time(shown.asOf)}</p>`;
  return `<p class="asof stale">Nothing new has been measured since ${time(shown.asOf)}. What stands below may no longer be true.</p>`;
}

function section(title: string, body: string): string {
  return `<section><h2>${escapeHtml(title)}</h2>${body}</section>`;
}

function services(shown: ReturnType<typeof asShownAt> | null): string {
  if (!shown || shown.components.length === 0) return "<p>No service is listed here yet.</p>";
  const rows = shown.components.map((component) => {
    const known = component.days.filter((day) => day.state !== null);
    const good = known.filter((day) => day.state === "operational").length;
    const days = component.days
      .map(
        (day) =>
          `<i class="${day.state ?? "none"}" title="${day.date}: ${day.state ? statusWord[day.state] : "not known yet"}"></i>`,
      )
      .join("");
    const summary =
      known.length === 0 ? "No history yet" : `${good} of ${known.length} days without an incident`;
    return `<li><div class="row"><span class="name">${escapeHtml(component.name)}</span><span class="state ${component.state}">${mark(component.state)}${escapeHtml(statusWord[component.state])}</span></div><div class="days" role="img" aria-label="${summary}, last 90 days">${days}</div><p class="summary">${summary}</p></li>`;
  });
  return `<ul class="services">${rows.join("")}</ul>`;
}

function incident(one: StatusIncident): string {
  const updates = one.updates.map(
    (update) =>
      `<li><p class="when">${escapeHtml(word(update.state))} · ${time(update.at)}</p><p>${escapeHtml(update.text).replaceAll("\n", "<br>")}</p></li>`,
  );
  const body =
    updates.length > 0
      ? `<ol>${updates.join("")}</ol>`
      : "<p>We know about this and are working on it. We will say more here.</p>";
  const end = one.resolvedAt ? `Resolved ${time(one.resolvedAt)}` : `Since ${time(one.detectedAt)}`;
  return `<article><h3>${escapeHtml(one.title)}</h3><p class="when">${escapeHtml(one.component)} · ${end}</p>${body}</article>`;
}

function word(state: string): string {
  const text = state.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const shapes: Record<StatusState, string> = {
  operational: `<path d="M5 10.5l3.2 3.2L15 7"/>`,
  degraded: `<path d="M10 5v6.5M10 14.6v.2"/>`,
  major_outage: `<path d="M6 6l8 8M14 6l-8 8"/>`,
  maintenance: `<path d="M6 8h8M6 12h8"/>`,
  unknown: `<path d="M7.6 7.6a2.4 2.4 0 1 1 3.4 2.2c-.7.4-1 .8-1 1.7M10 14.6v.2"/>`,
};

function mark(state: StatusState): string {
  return `<svg class="mark" viewBox="0 0 20 20" aria-hidden="true">${shapes[state]}</svg>`;
}

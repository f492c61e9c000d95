import type { Playbook } from "#lib/domain/playbook.ts";
import { fillTemplate, placeholdersOf, type Template } from "#lib/domain/playbook-template.ts";
import { secondsBetween } from "#lib/domain/report-clocks.ts";
import { spoken } from "#lib/domain/report-markdown.ts";
import type { IncidentView } from "#lib/domain/view.ts";

export type UpdateTemplate = Pick<Template, "id" | "title" | "moment" | "body" | "placeholders">;

type Known = Pick<IncidentView, "number" | "title" | "severity" | "serviceName"> & {
  rollbacks: readonly Pick<IncidentView["rollbacks"][number], "to" | "outcome" | "startedAt" | "endedAt">[];
};

/** The templates of a playbook that tell people something, the one for how the incident stands first. Pure. */
export function updateTemplates(
  playbook: Pick<Playbook, "templates">,
  state: IncidentView["state"],
): UpdateTemplate[] {
  const fits = (template: Template): number => (momentsOf(state).includes(template.moment) ? 0 : 1);
  return playbook.templates
    .filter((template) => template.moment !== "post_mortem")
    .toSorted((a, b) => fits(a) - fits(b))
    .map(({ id, title, moment, body, placeholders }) => ({ id, title, moment, body, placeholders }));
}

function momentsOf(state: IncidentView["state"]): readonly Template["moment"][] {
  if (state === "monitoring" || state === "resolved" || state === "reviewed") return ["succeeded", "update"];
  return ["started", "update"];
}

/** The text of a template with what is on record put in its places; what only a person knows keeps its place. Pure. */
export function updateText(template: UpdateTemplate, incident: Known): string {
  const ended = incident.rollbacks.find((one) => one.outcome === "succeeded");
  const latest = incident.rollbacks[0];
  const values: Record<string, string> = {
    incident: incident.number,
    issue: incident.title,
    title: incident.title,
    severity: incident.severity,
    service: incident.serviceName,
    ...(latest ? { version: latest.to } : {}),
    ...(ended?.startedAt && ended.endedAt
      ? { duration: spoken(secondsBetween(ended.startedAt, ended.endedAt)) }
      : {}),
  };
  return fillTemplate(template, values).text;
}

/** The places of a text that nobody has filled in, with their meaning where a template tells it. Pure. */
export function openPlaces(
  text: string,
  templates: readonly UpdateTemplate[],
): { name: string; meaning: string | null }[] {
  const meanings = new Map(
    templates.flatMap((one) => one.placeholders.map((place) => [place.name, place.meaning])),
  );
  return placeholdersOf(text).map((name) => ({ name, meaning: meanings.get(name) ?? null }));
}

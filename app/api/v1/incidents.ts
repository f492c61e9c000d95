import { z } from "zod";
import { changeIncident, ChangeIncident } from "#lib/commands/incident/change.ts";
import { decideIncident } from "#lib/commands/incident/decide.ts";
import { declareIncident } from "#lib/commands/incident/declare.ts";
import { noteIncident } from "#lib/commands/incident/note.ts";
import { updateIncident } from "#lib/commands/incident/update.ts";
import { DecideIncident, DeclareIncident, IncidentState, PostUpdate } from "#lib/domain/incident.ts";
import { incidentEvents } from "#lib/queries/incident/events.ts";
import { getIncident } from "#lib/queries/incident/get.ts";
import { listIncidents } from "#lib/queries/incident/list.ts";
import { After, Events, list, Page } from "#lib/web/answers/common.ts";
import { Decision, Incident, IncidentSummary } from "#lib/web/answers/incident.ts";
import { noteAsking } from "#lib/web/presence.ts";
import { route } from "#lib/web/route.ts";

const tag = "incidents";
const Flag = z.enum(["true", "false"]).transform((text) => text === "true");

export const incidentRoutes = [
  route({
    id: "listIncidents",
    method: "GET",
    path: "/incidents",
    access: "incident.read",
    summary: "Incidents, newest first",
    tag,
    query: Page.extend({
      service: z.string().max(100).optional(),
      environment: z.string().max(100).optional(),
      state: IncidentState.optional(),
      active: Flag.optional(),
    }),
    answer: list(IncidentSummary),
    handler: ({ actor, query }) => listIncidents(actor, query),
  }),
  route({
    id: "declareIncident",
    method: "POST",
    path: "/incidents",
    access: "incident.declare",
    summary: "Declare an incident",
    tag,
    body: DeclareIncident,
    answer: Incident,
    status: 201,
    handler: async ({ actor, body, idempotency }) => {
      const { id } = await declareIncident(actor, body, idempotency);
      return getIncident(actor, id);
    },
  }),
  route({
    id: "getIncident",
    method: "GET",
    path: "/incidents/{id}",
    access: "incident.read",
    summary: "One incident",
    tag,
    answer: Incident,
    handler: ({ actor, params }) => getIncident(actor, params.id),
  }),
  route({
    id: "changeIncident",
    method: "PATCH",
    path: "/incidents/{id}",
    access: "incident.change",
    summary: "Change its title, severity or state",
    tag,
    body: ChangeIncident,
    answer: Incident,
    refusals: ["WRONG_STATE", "CHECKLIST_OPEN"],
    handler: async ({ actor, params, body, idempotency }) => {
      await changeIncident(actor, { ...body, id: params.id }, idempotency);
      return getIncident(actor, params.id);
    },
  }),
  route({
    id: "decideIncident",
    method: "POST",
    path: "/incidents/{id}/decision",
    access: "incident.decide",
    summary: "Ask the playbook what to do, from facts; an override needs a reason",
    tag,
    body: DecideIncident,
    answer: Decision,
    refusals: ["WRONG_STATE"],
    handler: ({ actor, params, body, idempotency }) =>
      decideIncident(actor, { ...body, id: params.id }, idempotency),
  }),
  route({
    id: "noteIncident",
    method: "POST",
    path: "/incidents/{id}/notes",
    access: "incident.note",
    summary: "Add a line to the timeline, also for an earlier moment or as a correction",
    tag,
    body: z.strictObject({
      text: z.string().trim().min(1).max(4000),
      at: z.iso.datetime({ offset: true }).optional(),
      corrects: z.number().int().positive().optional(),
    }),
    answer: Incident,
    status: 201,
    handler: async ({ actor, params, body, idempotency }) => {
      await noteIncident(actor, { ...body, id: params.id }, idempotency);
      return getIncident(actor, params.id);
    },
  }),
  route({
    id: "updateIncident",
    method: "POST",
    path: "/incidents/{id}/updates",
    access: "incident.update",
    summary: "Tell stakeholders where things stand",
    tag,
    body: PostUpdate,
    answer: Incident,
    status: 201,
    handler: async ({ actor, params, body, idempotency }) => {
      await updateIncident(actor, { ...body, id: params.id }, idempotency);
      return getIncident(actor, params.id);
    },
  }),
  ...(["events", "timeline"] as const).map((name) =>
    route({
      id: name === "events" ? "listIncidentEvents" : "getTimeline",
      method: "GET",
      path: `/incidents/{id}/${name}`,
      access: "incident.read",
      summary:
        name === "events"
          ? "Its events after a sequence number, in order and without gaps"
          : "Machine and people in one list: the events of the incident and of its rollbacks",
      tag,
      query: After,
      answer: Events,
      handler: async ({ actor, params, query }) => {
        const events = await incidentEvents(actor, params.id, query.after, query.limit);
        await noteAsking(actor, "incident", params.id);
        return events;
      },
    }),
  ),
];

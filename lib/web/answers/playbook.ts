import { z } from "zod";
import { Component } from "#lib/domain/service.ts";
import { AnyJson, AnyObject, answer, Person, Time } from "#lib/web/answers/common.ts";
import { Decision } from "#lib/web/answers/incident.ts";

export const Playbook = answer({
  id: z.string(),
  version: z.number().int(),
  title: z.string(),
  summary: z.string(),
  facts: z.array(AnyObject),
  matrices: z.array(AnyObject),
  triggers: z.array(AnyObject),
  procedures: z.array(AnyObject),
  checklists: z.array(AnyObject),
  builtIn: z.boolean(),
  versions: z.array(z.number().int()),
  usedBy: z.array(z.string()).describe("Ids of the services that follow it, of those that you may know of."),
  retiredAt: Time.nullable().describe("When it was taken from what services can follow."),
}).meta({ id: "Playbook" });

export const PlaybookService = answer({
  id: z.string(),
  name: z.string(),
  system: z.string(),
  playbook: z.string().describe("What it follows now."),
  mayChange: z.boolean(),
  open: z.array(z.string()).describe("Open incidents and active rollbacks: they keep their version."),
  uncovered: z.array(Component).describe("Components that no procedure of the playbook takes back."),
  automatic: answer({ triggers: z.number().int(), environments: z.array(z.string()) })
    .nullable()
    .describe("Triggers that would roll back by themselves, and where that is turned on."),
}).meta({ id: "PlaybookService" });

export const PlaybookVersion = answer({
  version: z.number().int(),
  title: z.string(),
  builtIn: z.boolean(),
  addedAt: Time,
  addedBy: Person.nullable().describe("null: it came with Lastgood or over the command line."),
  note: z.string().nullable(),
}).meta({ id: "PlaybookVersion" });

const difference = {
  parts: z.array(
    answer({
      kind: z.enum(["added", "removed", "changed"]),
      section: z.string(),
      part: z.string().describe("Its address by ids."),
      title: z.string(),
      fields: z.array(answer({ path: z.string(), before: AnyJson, after: AnyJson })),
    }),
  ),
  left: z.number().int().describe("How many more parts differ than are told."),
  text: answer({
    text: z.string().describe("A unified diff; empty where no line differs."),
    added: z.number().int(),
    removed: z.number().int(),
    isCut: z.boolean(),
  }),
};
export const PlaybookDiff = answer({
  id: z.string(),
  from: z.number().int(),
  to: z.number().int(),
  ...difference,
}).meta({ id: "PlaybookDiff" });

export const PlaybookComparison = answer({
  id: z.string(),
  version: z.number().int(),
  newest: z.number().int().nullable().describe("The newest version stored under this id."),
  retiredAt: Time.nullable(),
  services: z.array(z.string()).describe("Services that decide by it as soon as it is stored."),
  with: answer({ id: z.string(), version: z.number().int() }).nullable(),
  difference: answer(difference).nullable(),
}).meta({ id: "PlaybookComparison" });

export const TriedDecision = Decision.omit({ override: true, reason: true, severityByRules: true })
  .extend({
    playbook: answer({ id: z.string(), version: z.number().int() }),
  })
  .meta({ id: "TriedDecision" });

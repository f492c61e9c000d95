import { z } from "zod";
import { Component } from "#lib/domain/service.ts";

/** What somebody chose to go back to and has not planned yet; null: as it is offered. */
export const TargetDraft = z.object({
  version: z.string().nullable(),
  procedure: z.string().nullable(),
  scope: z.array(Component).nullable(),
  strategy: z.string().nullable(),
  /** The scope of the playbook that was chosen, until something of it is changed by hand. */
  reach: z.string().nullable().default(null),
  /** Services that go back too, with the version of each. */
  companions: z.record(z.string(), z.string()).nullable().default(null),
  reason: z.string().nullable(),
  isEmergency: z.boolean(),
  criterion: z.string(),
  sent: z.object({ key: z.string(), input: z.string().nullable() }).nullable(),
});
export type TargetDraft = z.infer<typeof TargetDraft>;

export const emptyTarget: TargetDraft = {
  version: null,
  procedure: null,
  scope: null,
  strategy: null,
  reach: null,
  companions: null,
  reason: null,
  isEmergency: false,
  criterion: "",
  sent: null,
};

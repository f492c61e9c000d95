import { z } from "zod";
import { Component } from "#lib/domain/service.ts";

/** What somebody chose to go back to and has not planned yet; null: as it is offered. */
export const TargetDraft = z.object({
  version: z.string().nullable(),
  procedure: z.string().nullable(),
  scope: z.array(Component).nullable(),
  strategy: z.string().nullable(),
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
  reason: null,
  isEmergency: false,
  criterion: "",
  sent: null,
};

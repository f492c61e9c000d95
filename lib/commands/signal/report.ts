import { z } from "zod";
import type { Actor } from "#lib/domain/actor.ts";
import { authority } from "#lib/domain/authority.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { parseInput } from "#lib/domain/parse-input.ts";
import { covers } from "#lib/domain/role.ts";
import { EnvironmentName, ServiceId } from "#lib/domain/service.ts";
import { heldRole, readAuthority } from "#lib/queries/authority/held-role.ts";
import { transact } from "#lib/platform/db/transact.ts";
import { loadPlace } from "#lib/queries/service/load-place.ts";

export const ReportSignals = z.strictObject({
  service: ServiceId,
  environment: EnvironmentName,
  signals: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "Use lower-case letters, digits and underscores."),
        value: z.number(),
        unit: z.string().max(32).optional(),
        at: z.iso.datetime({ offset: true }).optional(),
        source: z.string().max(200).optional(),
      }),
    )
    .min(1)
    .max(200),
});
export type ReportSignals = z.infer<typeof ReportSignals>;

/** Clocks differ a little. */
const aheadMs = 60_000;

/**
 * Takes in observations. They are not decisions and change nothing anywhere, so they are kept beside the record, not
 * in it: thousands an hour would bury what people did. What a trigger makes of them is recorded.
 */
export async function reportSignals(actor: Actor, raw: unknown): Promise<{ accepted: number }> {
  return transact(async (tx) => {
    const now = new Date();
    const held = actor.kind === "user" ? await readAuthority(tx, actor, now) : null;
    const input = parseInput(ReportSignals, raw);
    const { place } = await loadPlace(tx, input.service, input.environment);
    const role = held ? heldRole(held, place.system, now) : "admin";
    if (role === null || !covers(role, authority["signal.report"].role)) {
      throw new Refusal("FORBIDDEN", "This token may not report signals for this service.");
    }
    const ahead = input.signals.findIndex((one) => one.at && Date.parse(one.at) > now.getTime() + aheadMs);
    if (ahead !== -1) {
      const path = `signals.${ahead}.at`;
      const message = "A signal cannot be from the future: it would look fresh for too long.";
      throw new Refusal("INVALID", `${path}: ${message}`, { errors: [{ path, message }] });
    }
    await tx.signal.createMany({
      data: input.signals.map((signal) => ({
        serviceId: input.service,
        environment: input.environment,
        name: signal.name,
        value: signal.value,
        unit: signal.unit ?? null,
        source: signal.source ?? (actor.kind === "user" ? actor.name : actor.id),
        at: signal.at ? new Date(signal.at) : now,
      })),
    });
    return { accepted: input.signals.length };
  });
}

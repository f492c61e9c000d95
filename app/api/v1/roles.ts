import { passDuty } from "#lib/commands/duty/pass.ts";
import { PassDuty } from "#lib/domain/duty.ts";
import { dutiesOf } from "#lib/queries/duty/view.ts";
import { Duties } from "#lib/web/answers/duty.ts";
import { route } from "#lib/web/route.ts";

const tag = "roles";

export const roleRoutes = (
  [
    ["incident", "roles", "Commander and communications"],
    ["rollback", "driver", "The driver"],
  ] as const
).flatMap(([kind, noun, what]) => {
  const name = kind === "incident" ? "IncidentRoles" : "Driver";
  const path = `/${kind}s/{id}/${noun}` as const;
  return [
    route({
      id: `get${name}`,
      method: "GET",
      path,
      access: `${kind}.read`,
      summary: `${what}: who it is, who asks for it, and who looks at the ${kind} now`,
      tag,
      answer: Duties,
      handler: ({ actor, params }) => dutiesOf(actor, kind, params.id),
    }),
    route({
      id: `pass${name}`,
      method: "POST",
      path,
      access: "duty.ask",
      summary: `${what}: ask for it, offer it, answer, or take that back`,
      tag,
      body: PassDuty,
      answer: Duties,
      refusals: ["WRONG_STATE"],
      handler: async ({ actor, params, body, idempotency }) => {
        await passDuty(actor, { ...body, kind, id: params.id }, idempotency);
        return dutiesOf(actor, kind, params.id);
      },
    }),
  ];
});

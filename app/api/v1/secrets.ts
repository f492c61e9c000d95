import { z } from "zod";
import { removeSecret } from "#lib/commands/secret/remove.ts";
import { setSecret } from "#lib/commands/secret/set.ts";
import { SetSecret } from "#lib/domain/secret.ts";
import { listSecrets } from "#lib/queries/secret/list.ts";
import { answer, list, Time } from "#lib/web/answers/common.ts";
import { route } from "#lib/web/route.ts";

const tag = "secrets";
const Secret = answer({
  name: z.string(),
  setAt: Time.nullable(),
  setBy: answer({ id: z.string(), name: z.string() }).nullable(),
  usedBy: z.array(answer({ service: z.string(), environment: z.string(), component: z.string() })),
}).meta({ id: "Secret" });

export const secretRoutes = [
  route({
    id: "listSecrets",
    method: "GET",
    path: "/secrets",
    access: "secret.read",
    summary:
      "Names of stored secrets, when and by whom they were set, and which targets name them; never a value",
    tag,
    answer: list(Secret),
    handler: async ({ actor }) => ({ items: await listSecrets(actor), next: null }),
  }),
  route({
    id: "setSecret",
    method: "PUT",
    path: "/secrets/{name}",
    access: "secret.set",
    summary: "Set a stored secret, in place of the one before; only workers can open it",
    tag,
    body: SetSecret.omit({ name: true }),
    answer: answer({ name: z.string() }),
    refusals: ["WRONG_STATE"],
    isSecret: true,
    handler: ({ actor, params, body }) => setSecret(actor, { ...body, name: params.name }),
  }),
  route({
    id: "removeSecret",
    method: "DELETE",
    path: "/secrets/{name}",
    access: "secret.remove",
    summary: "Forget a stored secret that no target names any more",
    tag,
    answer: answer({ name: z.string() }),
    refusals: ["WRONG_STATE"],
    handler: ({ actor, params, idempotency }) => removeSecret(actor, { name: params.name }, idempotency),
  }),
];

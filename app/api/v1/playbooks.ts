import { z } from "zod";
import { addPlaybook } from "#lib/commands/playbook/add.ts";
import { getPlaybook } from "#lib/queries/playbook/get.ts";
import { playbookJsonSchema } from "#lib/queries/playbook/json-schema.ts";
import { listPlaybooks } from "#lib/queries/playbook/list.ts";
import { validatePlaybook } from "#lib/queries/playbook/validate.ts";
import { Playbook } from "#lib/web/answers/playbook.ts";
import { answer, list } from "#lib/web/answers/common.ts";
import { rateLimit } from "#lib/web/rate-limit.ts";
import { route } from "#lib/web/route.ts";

const tag = "playbooks";
const Document = z.strictObject({ yaml: z.string().min(1).max(250_000) });
/** The worst document takes most of a second, in which this process answers nobody else. */
const takeValidation = rateLimit({ burst: 20, perSecond: 0.5 });
const Version = z.coerce.number().int().min(1).max(1_000_000);

export const playbookRoutes = [
  route({
    id: "listPlaybooks",
    method: "GET",
    path: "/playbooks",
    access: "playbook.read",
    summary: "The newest version of every playbook",
    tag,
    answer: list(Playbook),
    handler: ({ actor }) => listPlaybooks(actor),
  }),
  route({
    id: "addPlaybook",
    method: "POST",
    path: "/playbooks",
    access: "playbook.add",
    summary: "Store a playbook, or its next version; stored versions never change",
    tag,
    body: Document,
    answer: answer({ id: z.string(), version: z.number().int(), title: z.string() }),
    status: 201,
    handler: ({ actor, body, idempotency }) => addPlaybook(actor, { yaml: body.yaml }, idempotency),
  }),
  route({
    id: "validatePlaybook",
    method: "POST",
    path: "/playbooks/validate",
    access: "playbook.read",
    summary: "Check a playbook document; INVALID names each fault with its path",
    tag,
    body: Document,
    answer: answer({ ok: z.literal(true), id: z.string(), version: z.number().int(), title: z.string() }),
    handler: ({ actor, body }) => {
      takeValidation(actor.id);
      return validatePlaybook(actor, body.yaml);
    },
  }),
  route({
    id: "getPlaybookSchema",
    method: "GET",
    path: "/playbooks/schema.json",
    access: "public",
    summary: "The playbook format as JSON Schema, for editors",
    tag,
    answer: "application/json",
    handler: () => Promise.resolve(playbookJsonSchema()),
  }),
  route({
    id: "getPlaybook",
    method: "GET",
    path: "/playbooks/{id}",
    access: "playbook.read",
    summary: "One playbook with its source; the newest version where none is named",
    tag,
    query: z.object({ version: Version.optional() }),
    answer: Playbook.extend({ yaml: z.string() }),
    handler: ({ actor, params, query }) => getPlaybook(actor, params.id, query.version),
  }),
];

import { z } from "zod";
import { addPlaybook } from "#lib/commands/playbook/add.ts";
import { retirePlaybook } from "#lib/commands/playbook/retire.ts";
import { ServiceId } from "#lib/domain/service.ts";
import { TryPlaybook } from "#lib/domain/try-playbook.ts";
import { ComparePlaybook, comparePlaybook } from "#lib/queries/playbook/compare.ts";
import { diffVersions } from "#lib/queries/playbook/diff.ts";
import { getPlaybook } from "#lib/queries/playbook/get.ts";
import { playbookJsonSchema } from "#lib/queries/playbook/json-schema.ts";
import { listPlaybooks } from "#lib/queries/playbook/list.ts";
import { playbookServices } from "#lib/queries/playbook/services.ts";
import { playbookSource } from "#lib/queries/playbook/source.ts";
import { tryStored, tryText } from "#lib/queries/playbook/try.ts";
import { validatePlaybook } from "#lib/queries/playbook/validate.ts";
import { playbookVersions } from "#lib/queries/playbook/versions.ts";
import {
  Playbook,
  PlaybookComparison,
  PlaybookDiff,
  PlaybookService,
  PlaybookVersion,
  TriedDecision,
} from "#lib/web/answers/playbook.ts";
import { answer, list, Page, Time } from "#lib/web/answers/common.ts";
import { parseInput } from "#lib/domain/parse-input.ts";
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
    summary: "The newest version of every playbook that is offered, or of the retired ones",
    tag,
    query: Page.extend({ retired: z.enum(["true", "false"]).optional() }),
    answer: list(Playbook),
    handler: ({ actor, query: { retired, ...page } }) =>
      listPlaybooks(actor, { ...page, retired: retired === "true" }),
  }),
  route({
    id: "addPlaybook",
    method: "POST",
    path: "/playbooks",
    access: "playbook.add",
    summary: "Store a playbook, or its next version; stored versions never change",
    tag,
    body: Document.extend({ note: z.string().trim().max(500).optional() }),
    answer: answer({ id: z.string(), version: z.number().int(), title: z.string() }),
    status: 201,
    handler: ({ actor, body, idempotency }) => addPlaybook(actor, body, idempotency),
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
    id: "comparePlaybook",
    method: "POST",
    path: "/playbooks/compare",
    access: "playbook.read",
    summary: "What would change if this document were stored; stores nothing",
    tag,
    body: ComparePlaybook,
    answer: PlaybookComparison,
    handler: async ({ actor, body }) => {
      takeValidation(actor.id);
      const { playbook: _, ...compared } = await comparePlaybook(actor, body);
      return compared;
    },
  }),
  route({
    id: "tryPlaybookText",
    method: "POST",
    path: "/playbooks/try",
    access: "playbook.read",
    summary: "What this document would say about a situation; stores nothing",
    tag,
    body: Document.extend(TryPlaybook.shape),
    answer: TriedDecision,
    handler: ({ actor, body: { yaml, ...situation } }) => {
      takeValidation(actor.id);
      return tryText(actor, yaml, parseInput(TryPlaybook, situation));
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
  route({
    id: "retirePlaybook",
    method: "DELETE",
    path: "/playbooks/{id}",
    access: "playbook.retire",
    summary: "Offer a playbook to no service any more; its versions stay for the records that name them",
    tag,
    body: z.strictObject({ reason: z.string().trim().max(500).optional() }),
    answer: answer({ id: z.string(), retiredAt: Time }),
    refusals: ["WRONG_STATE"],
    handler: ({ actor, params, body, idempotency }) =>
      retirePlaybook(actor, { ...body, id: params.id }, idempotency),
  }),
  route({
    id: "listPlaybookVersions",
    method: "GET",
    path: "/playbooks/{id}/versions",
    access: "playbook.read",
    summary: "The versions of a playbook, newest first: who added each, when, and what they noted",
    tag,
    query: Page,
    answer: list(PlaybookVersion),
    handler: ({ actor, params, query }) => playbookVersions(actor, params.id, query),
  }),
  route({
    id: "listPlaybookServices",
    method: "GET",
    path: "/playbooks/{id}/services",
    access: "playbook.read",
    summary: "Services with what each follows now, and what giving it this playbook would mean",
    tag,
    query: z.object({ service: ServiceId.optional() }),
    answer: list(PlaybookService),
    handler: ({ actor, params, query }) => playbookServices(actor, params.id, query.service),
  }),
  route({
    id: "exportPlaybook",
    method: "GET",
    path: "/playbooks/{id}/export.yaml",
    access: "playbook.read",
    summary: "The text of a version as it was stored, byte for byte",
    tag,
    query: z.object({ version: Version.optional() }),
    answer: "text/yaml",
    handler: async ({ actor, params, query }) => {
      const { id, version, source } = await playbookSource(actor, params.id, query.version);
      return { text: source, fileName: `${id}-${version}.yaml` };
    },
  }),
  route({
    id: "diffPlaybook",
    method: "GET",
    path: "/playbooks/{id}/diff",
    access: "playbook.read",
    summary: "What changed between two versions, by default the newest and the one below it",
    tag,
    query: z.object({ from: Version.optional(), to: Version.optional() }),
    answer: PlaybookDiff,
    handler: ({ actor, params, query }) => diffVersions(actor, params.id, query),
  }),
  route({
    id: "tryPlaybook",
    method: "POST",
    path: "/playbooks/{id}/try",
    access: "playbook.read",
    summary: "What a stored version would say about a situation; the newest where none is named",
    tag,
    body: TryPlaybook.extend({ version: z.int().min(1).max(1_000_000).optional() }),
    answer: TriedDecision,
    handler: ({ actor, params, body: { version, ...situation } }) =>
      tryStored(actor, params.id, version, parseInput(TryPlaybook, situation)),
  }),
];

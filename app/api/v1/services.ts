import { z } from "zod";
import { judgeDeployment } from "#lib/commands/deployment/judge.ts";
import { reportDeployment } from "#lib/commands/deployment/report.ts";
import { createPin } from "#lib/commands/pin/create.ts";
import { releasePin } from "#lib/commands/pin/release.ts";
import { changeService } from "#lib/commands/service/change.ts";
import { inspectService } from "#lib/commands/service/inspect.ts";
import { registerService } from "#lib/commands/service/register.ts";
import { inspectTarget } from "#lib/commands/target/inspect.ts";
import {
  EnvironmentName,
  RegisterService,
  ReportDeployment,
  ServiceId,
  TrialTarget,
  UpdateService,
  VersionName,
} from "#lib/domain/service.ts";
import { listDeployments } from "#lib/queries/deployment/list.ts";
import { listPins } from "#lib/queries/pin/list.ts";
import { serviceDependencies } from "#lib/queries/service/dependencies.ts";
import { getService, listServices } from "#lib/queries/service/get.ts";
import { serviceReadiness } from "#lib/queries/service/readiness.ts";
import { getInspection } from "#lib/queries/target/inspection.ts";
import { measuredFacts } from "#lib/queries/signal/measured-facts.ts";
import { answer, Id, list, Page } from "#lib/web/answers/common.ts";
import {
  Dependencies,
  Deployment,
  Inspection,
  Measured,
  Pin,
  Readiness,
  Service,
} from "#lib/web/answers/service.ts";
import { route } from "#lib/web/route.ts";

const Flag = z.enum(["true", "false"]).transform((text) => text === "true");
const Reason = z.string().trim().min(1).max(2000);
/** Services that move too, as `billing:1.9.0,search:3.1.0`. */
const With = z
  .string()
  .max(2000)
  .transform((text) => text.split(",").map((pair) => pair.split(":")))
  .pipe(z.array(z.tuple([ServiceId, VersionName])).max(10))
  .transform((pairs) => pairs.map(([service, to]) => ({ service, to })));

export const serviceRoutes = [
  route({
    id: "listServices",
    method: "GET",
    path: "/services",
    access: "service.read",
    summary: "Services, by id",
    tag: "services",
    query: Page,
    answer: list(Service),
    handler: ({ actor, query }) => listServices(actor, query),
  }),
  route({
    id: "registerService",
    method: "POST",
    path: "/services",
    access: "service.register",
    summary: "Register a service with its environments and targets",
    tag: "services",
    body: RegisterService,
    answer: Service,
    status: 201,
    handler: async ({ actor, body, idempotency }) => {
      const { id } = await registerService(actor, body, idempotency);
      return getService(actor, id);
    },
  }),
  route({
    id: "getService",
    method: "GET",
    path: "/services/{id}",
    access: "service.read",
    summary: "One service",
    tag: "services",
    answer: Service,
    handler: ({ actor, params }) => getService(actor, params.id),
  }),
  route({
    id: "inspectTarget",
    method: "POST",
    path: "/inspections",
    access: "target.inspect",
    summary: "Have a worker look at a target before it is registered; nothing is changed there",
    tag: "services",
    body: TrialTarget,
    answer: Inspection,
    status: 201,
    handler: async ({ actor, body, idempotency }) => {
      const { id } = await inspectTarget(actor, body, idempotency);
      return getInspection(actor, id);
    },
  }),
  route({
    id: "getInspection",
    method: "GET",
    path: "/inspections/{id}",
    access: "service.read",
    summary: "What a look at a target showed: its tools, its identity, what runs there and what ran before",
    tag: "services",
    answer: Inspection,
    handler: ({ actor, params }) => getInspection(actor, params.id),
  }),
  route({
    id: "inspectService",
    method: "POST",
    path: "/services/{id}/inspections",
    access: "service.inspect",
    summary: "Have a worker look at every target of an environment again",
    tag: "services",
    body: z.strictObject({ environment: EnvironmentName }),
    answer: answer({ inspections: z.array(z.string()) }),
    status: 201,
    handler: ({ actor, params, body, idempotency }) =>
      inspectService(actor, { id: params.id, environment: body.environment }, idempotency),
  }),
  route({
    id: "changeService",
    method: "PATCH",
    path: "/services/{id}",
    access: "service.change",
    summary: "Change a service; environments given replace their targets",
    tag: "services",
    body: UpdateService,
    answer: Service,
    handler: async ({ actor, params, body, idempotency }) => {
      await changeService(actor, { id: params.id, changes: body }, idempotency);
      return getService(actor, params.id);
    },
  }),
  route({
    id: "listDeployments",
    method: "GET",
    path: "/services/{id}/deployments",
    access: "service.read",
    summary: "The deployment history, newest first",
    tag: "deployments",
    query: Page.extend({ environment: EnvironmentName.optional() }),
    answer: list(Deployment),
    handler: ({ actor, params, query }) => listDeployments(actor, params.id, query),
  }),
  route({
    id: "reportDeployment",
    method: "POST",
    path: "/services/{id}/deployments",
    access: "deployment.report",
    summary: "Report that a version was deployed",
    tag: "deployments",
    body: ReportDeployment,
    answer: Id.extend({ service: ServiceId, environment: EnvironmentName, version: VersionName }),
    status: 201,
    refusals: ["PINNED"],
    handler: async ({ actor, params, body, idempotency }) => {
      const { id } = await reportDeployment(actor, { ...body, service: params.id }, idempotency);
      return { ...body, id, service: params.id };
    },
  }),
  route({
    id: "judgeDeployment",
    method: "PATCH",
    path: "/deployments/{id}",
    access: "deployment.judge",
    summary: "Say whether a deployed version is known good, and why",
    tag: "deployments",
    body: z.strictObject({ knownGood: z.boolean(), reason: Reason }),
    answer: Id.extend({ knownGood: z.boolean() }),
    handler: ({ actor, params, body, idempotency }) =>
      judgeDeployment(actor, { ...body, deployment: params.id }, idempotency),
  }),
  route({
    id: "getMeasuredFacts",
    method: "GET",
    path: "/services/{id}/facts",
    access: "service.read",
    summary: "What recent signals answer of the facts that the playbook asks",
    tag: "services",
    query: z.object({ environment: EnvironmentName }),
    answer: Measured,
    handler: ({ actor, params, query }) => measuredFacts(actor, params.id, query.environment),
  }),
  route({
    id: "getReadiness",
    method: "GET",
    path: "/services/{id}/readiness",
    access: "service.read",
    summary: "Could this service be rolled back right now?",
    tag: "services",
    query: z.object({ environment: EnvironmentName }),
    answer: Readiness,
    handler: ({ actor, params, query }) => serviceReadiness(actor, params.id, query.environment),
  }),
  route({
    id: "getDependencies",
    method: "GET",
    path: "/services/{id}/dependencies",
    access: "service.read",
    summary: "What it means for those it needs and those that need it when it goes to a version",
    tag: "services",
    query: z.object({
      environment: EnvironmentName,
      to: VersionName.optional(),
      with: With.optional().describe("Services that move too: billing:1.9.0,search:3.1.0"),
    }),
    answer: Dependencies,
    handler: ({ actor, params, query }) =>
      serviceDependencies(actor, params.id, {
        environment: query.environment,
        to: query.to ?? null,
        companions: query.with ?? [],
      }),
  }),
  route({
    id: "listPins",
    method: "GET",
    path: "/pins",
    access: "service.read",
    summary: "Quarantined versions; ask with service, environment and version whether one is",
    tag: "pins",
    query: Page.extend({
      service: z.string().max(100).optional(),
      environment: z.string().max(100).optional(),
      version: z.string().max(128).optional(),
      released: Flag.optional(),
    }),
    answer: list(Pin),
    handler: ({ actor, query }) => listPins(actor, query),
  }),
  route({
    id: "createPin",
    method: "POST",
    path: "/pins",
    access: "pin.create",
    summary: "Quarantine a version in an environment",
    tag: "pins",
    body: z.strictObject({
      service: ServiceId,
      environment: EnvironmentName,
      version: VersionName,
      reason: Reason,
    }),
    answer: Id,
    status: 201,
    refusals: ["PINNED"],
    handler: ({ actor, body, idempotency }) => createPin(actor, body, idempotency),
  }),
  route({
    id: "releasePin",
    method: "DELETE",
    path: "/pins/{id}",
    access: "pin.release",
    summary: "End a version's quarantine",
    tag: "pins",
    body: z.strictObject({ reason: Reason }),
    answer: Id,
    refusals: ["WRONG_STATE"],
    handler: ({ actor, params, body, idempotency }) =>
      releasePin(actor, { ...body, pin: params.id }, idempotency),
  }),
];

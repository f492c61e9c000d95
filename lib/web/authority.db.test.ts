import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ensureBuiltInPlaybooks } from "#lib/commands/playbook/ensure-built-in.ts";
import { findAnswer, keepAnswer } from "#lib/commands/idempotency.ts";
import type { Role } from "#lib/domain/role.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { createLog } from "#lib/platform/log.ts";
import {
  authorityDocument,
  callers,
  environments,
  mayCall,
  type EnvironmentKind,
} from "#lib/web/authority-document.ts";
import { basePath, createApi } from "#lib/web/dispatch.ts";
import { openapiDocument } from "#lib/web/openapi.ts";
import type { Route } from "#lib/web/route.ts";
import { authenticate } from "#lib/web/session.ts";
import {
  addEveryRole,
  addSomeone,
  addIncident,
  addRollback,
  addService,
  type Someone,
} from "#lib/web/world.fixture.ts";
import { routes } from "../../app/api/v1/table.ts";

const file = path.resolve(import.meta.dirname, "..", "..", "docs", "api", "authority.md");
const { client } = await testDatabase();
const api = createApi({
  routes,
  authenticate,
  findAnswer,
  keepAnswer,
  log: createLog("api"),
  checksAnswers: true,
});
let people: Record<Role, Someone>;
/** What each environment's calls are about. */
const things = new Map<EnvironmentKind, Record<string, string>>();

beforeAll(async () => {
  await ensureBuiltInPlaybooks();
  people = await addEveryRole(client);
  await addService(client, "shop", "shops", "mvp-blue-green");
  for (const environment of environments) {
    const incident = await addIncident(client, people.operator.id, { serviceId: "shop", environment });
    const rollback = await addRollback(client, people.admin.id, {
      serviceId: "shop",
      environment,
      state: "awaiting_approval",
    });
    const pin = await client.pin.create({
      data: {
        id: `pin_${environment}`,
        serviceId: "shop",
        environment,
        version: "9",
        reason: "bad",
        createdBy: "test",
      },
    });
    const deployment = await client.deployment.create({
      data: {
        id: `dep_${environment}`,
        serviceId: "shop",
        environment,
        version: "1",
        deployedAt: new Date(),
        deployedBy: "test",
      },
    });
    const over = { createdAt: new Date(1000), endsAt: new Date(2000), system: "shops" };
    await client.onCallShift.create({
      data: {
        id: `ocs_${environment}`,
        userId: people.operator.id,
        startsAt: new Date(1000),
        createdBy: "test",
        ...over,
      },
    });
    await client.delegation.create({
      data: {
        id: `del_${environment}`,
        fromUserId: people.admin.id,
        toUserId: people.operator.id,
        role: "admin",
        reason: "away",
        ...over,
      },
    });
    await client.review.create({
      data: { id: `rev_${environment}`, rollbackId: rollback, userId: people.operator.id, dueAt: new Date() },
    });
    things.set(environment, {
      service: "shop",
      environment,
      incident,
      rollback,
      pin: pin.id,
      deployment: deployment.id,
      review: `rev_${environment}`,
      shift: `ocs_${environment}`,
      delegation: `del_${environment}`,
    });
  }
});

const hash = "0".repeat(64);
/**
 * What to ask of each endpoint that takes something. It fits the schema, and then fails on the state of the rows where
 * it can: the question is only whether the caller gets that far.
 */
const bodies: Record<string, (thing: Record<string, string>) => unknown> = {
  registerService: () => ({
    id: "shop",
    name: "Shop",
    system: "shops",
    owner: "team",
    playbook: "mvp-blue-green",
    environments: [{ name: "staging" }],
  }),
  changeService: () => ({ name: "The shop" }),
  inspectTarget: () => ({ component: "code", adapter: "none" }),
  inspectService: ({ environment }) => ({ environment }),
  reportDeployment: ({ environment }) => ({ environment, version: "9" }),
  judgeDeployment: () => ({ knownGood: true, reason: "seen" }),
  createPin: ({ environment }) => ({ service: "shop", environment, version: "9", reason: "bad" }),
  releasePin: () => ({ reason: "mended" }),
  declareIncident: ({ environment }) => ({
    title: "Down",
    service: "shop",
    environment,
    detectedAt: "2999-01-01T00:00:00Z",
  }),
  changeIncident: () => ({ state: "reviewed" }),
  decideIncident: () => ({ facts: {}, override: "rollback" }),
  noteIncident: () => ({ text: "seen" }),
  updateIncident: () => ({ state: "identified", text: "known", public: false }),
  requestRollback: ({ environment }) => ({ service: "shop", environment, to: "0", reason: "bad" }),
  editRollback: () => ({ to: "0" }),
  tickChecklist: () => ({ id: "none", state: "done" }),
  recheckChecklist: () => ({ item: "none" }),
  declareEmergency: () => ({ criterion: "none", reason: "test" }),
  submitRollback: () => ({}),
  decideApproval: () => ({ decision: "approve", planHash: hash }),
  executeRollback: () => ({ planHash: hash }),
  abortRollback: () => ({ reason: "test" }),
  cancelRollback: () => ({ reason: "test" }),
  pauseRollback: () => ({ reason: "test" }),
  resumeRollback: () => ({ reason: "test" }),
  passIncidentRoles: () => ({ action: "withdraw", duty: "commander" }),
  passDriver: () => ({ action: "withdraw", duty: "driver" }),
  actOnStep: () => ({ action: "retry", reason: "test" }),
  reportSignals: ({ environment }) => ({
    service: "shop",
    environment,
    signals: [{ name: "error_rate", value: 1 }],
  }),
  reportAlerts: ({ environment }) => ({
    alerts: [
      { status: "firing", labels: { service: "shop", environment: environment ?? "", alertname: "Down" } },
    ],
  }),
  addPlaybook: () => ({ yaml: "no: playbook" }),
  validatePlaybook: () => ({ yaml: "no: playbook" }),
  comparePlaybook: () => ({ yaml: "no: playbook" }),
  tryPlaybookText: () => ({ yaml: "no: playbook" }),
  tryPlaybook: () => ({}),
  retirePlaybook: () => ({}),
  addUser: () => ({ email: "none", name: "None", role: "viewer" }),
  changeUser: () => ({ email: "none" }),
  grantRole: () => ({ role: "owner" }),
  revokeRole: () => ({ role: "owner" }),
  revokeSessions: () => ({}),
  createToken: () => ({ ttl: "never" }),
  revokeToken: () => ({}),
  assignOnCall: () => ({ user: "nobody", system: "shops", endsAt: "2020-01-01T00:00:00Z" }),
  revokeOnCall: () => ({}),
  lendRole: () => ({
    to: "nobody",
    role: "operator",
    system: "shops",
    reason: "away",
    endsAt: "2020-01-01T00:00:00Z",
  }),
  revokeDelegation: () => ({}),
  setSecret: () => ({ value: "no-secret-at-all" }),
  removeSecret: () => ({}),
  completeReview: () => ({ text: "What was skipped was right to skip." }),
};

/** The thing that `{id}` stands for, by the first word of the path. */
const idOf: Record<string, string> = {
  services: "service",
  incidents: "incident",
  rollbacks: "rollback",
  pins: "pin",
  deployments: "deployment",
  reviews: "review",
  "on-call": "shift",
  delegations: "delegation",
};
const queries: Record<string, string> = {
  getReadiness: "?environment=staging",
  getDependencies: "?environment=staging&to=1.0.0",
  getMeasuredFacts: "?environment=staging",
};

function pathOf(route: Route, thing: Record<string, string>, caller: Someone | undefined): string {
  const noun = route.path.split("/")[1] ?? "";
  const id = noun === "users" ? (caller?.id ?? "nobody") : (thing[idOf[noun] ?? ""] ?? "none");
  return `${route.path.replace("{id}", id).replace("{key}", "none").replace("{name}", "none")}${queries[route.id] ?? ""}`;
}

function call(route: Route, thing: Record<string, string>, caller: Someone | undefined): Promise<Response> {
  const makeBody = bodies[route.id];
  if (route.method !== "GET" && makeBody === undefined)
    throw new Error(`No body is known for ${route.id}: add one here.`);
  return api(
    new Request(`http://test${basePath}${pathOf(route, thing, caller)}`, {
      method: route.method,
      headers: {
        ...(caller ? { authorization: `Bearer ${caller.token}` } : {}),
        ...(makeBody ? { "content-type": "application/json" } : {}),
      },
      ...(makeBody ? { body: JSON.stringify(makeBody(thing)) } : {}),
    }),
  );
}

async function codeOf(response: Response): Promise<string | null> {
  if (response.ok) {
    await response.text();
    return null;
  }
  return ((await response.json()) as { code: string }).code;
}

describe("authority", () => {
  it("is published as the page that the table makes, and the OpenAPI document has the same endpoints", () => {
    const page = authorityDocument(routes);
    if (process.env["LASTGOOD_WRITE_DOCS"] === "1") fs.writeFileSync(file, page);
    expect(fs.readFileSync(file, "utf8")).toBe(page);
    const { paths } = openapiDocument(routes) as { paths: Record<string, object> };
    const documented = Object.entries(paths).flatMap(([where, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${where.slice(basePath.length)}`),
    );
    expect(documented.sort()).toEqual(routes.map((route) => `${route.method} ${route.path}`).sort());
    for (const line of documented) expect(page).toContain(`\`${line}\``);
    expect(new Set(routes.map((route) => route.id)).size).toBe(routes.length);
  });

  const cases = routes.flatMap((route) =>
    environments.map((environment) => ({ route, environment, name: `${route.method} ${route.path}` })),
  );
  it.each(cases)("of $name in $environment is as published", async ({ route, environment }) => {
    const thing = things.get(environment) ?? {};
    for (const who of callers) {
      const caller = who === "anonymous" ? undefined : people[who];
      const code = await codeOf(await call(route, thing, caller));
      if (mayCall(route, who, environment)) {
        expect([code, who]).not.toEqual([expect.stringMatching(/^(UNAUTHENTICATED|FORBIDDEN|BROKEN)$/), who]);
      } else {
        expect([code, who]).toEqual([who === "anonymous" ? "UNAUTHENTICATED" : "FORBIDDEN", who]);
      }
    }
  });

  it("of an approval is what the playbook takes: an operator's own word is refused, a lent role counts", async () => {
    const thing = things.get("production") ?? {};
    await client.rollback.update({
      where: { id: thing["rollback"] ?? "" },
      data: { state: "awaiting_approval", planHash: hash, endedAt: null, outcome: null },
    });
    const route = routes.find(({ id }) => id === "decideApproval");
    if (!route) throw new Error("Approvals have an endpoint.");
    expect(await codeOf(await call(route, thing, people.viewer))).toBe("FORBIDDEN");
    expect(await codeOf(await call(route, thing, people.operator))).toBe("FORBIDDEN");
    await client.delegation.update({
      where: { id: thing["delegation"] ?? "" },
      data: {
        fromUserId: people.release_manager.id,
        role: "release_manager",
        endsAt: new Date(Date.now() + 60_000),
      },
    });
    expect(await codeOf(await call(route, thing, people.operator))).toBe("FORBIDDEN");
    await client.token.update({ where: { id: people.operator.tokenId }, data: { role: "release_manager" } });
    expect(await codeOf(await call(route, thing, people.operator))).toBeNull();
  });

  it("of a role held in one system reaches no other system", async () => {
    const stranger = await addSomeone(client, "admin", "elsewhere");
    const thing = things.get("production") ?? {};
    for (const route of routes.filter(
      ({ path: where }) => where.includes("{id}") && !/users|tokens|playbooks/.test(where),
    )) {
      expect([route.id, await codeOf(await call(route, thing, stranger))]).toEqual([
        route.id,
        expect.stringMatching(/^(FORBIDDEN|NOT_FOUND)$/) as string,
      ]);
    }
  });
});

import { z } from "zod";
import { startContractServer } from "#e2e/contract/contract-server.ts";
import type { ContractServer, Reply } from "#e2e/contract/contract-server.ts";

/*
 * Render's REST API v1, described from its published OpenAPI document (api-docs.render.com/openapi) as its own client
 * github.com/render-oss/cli uses it: operations retrieveService, listDeploys, retrieveDeploy, createDeploy,
 * rollbackDeploy, getEnvVarsForService, updateEnvVarsForService.
 */
const status = z.enum([
  "created",
  "queued",
  "build_in_progress",
  "update_in_progress",
  "live",
  "deactivated",
  "build_failed",
  "update_failed",
  "canceled",
  "pre_deploy_in_progress",
  "pre_deploy_failed",
]);
const trigger = z.enum([
  "api",
  "blueprint_sync",
  "deploy_hook",
  "deployed_by_render",
  "manual",
  "other",
  "new_commit",
  "rollback",
  "service_resumed",
  "service_updated",
]);
const Deploy = z.strictObject({
  id: z.string().startsWith("dep-"),
  artifactId: z.string().optional(),
  commit: z.strictObject({ id: z.string(), message: z.string(), createdAt: z.iso.datetime() }).optional(),
  image: z.strictObject({ ref: z.string(), sha: z.string() }).optional(),
  status,
  trigger,
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().optional(),
  updatedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
});
export type Deploy = z.infer<typeof Deploy>;
const EnvVar = z.strictObject({ key: z.string(), value: z.string() });
const EnvVars = z.array(z.strictObject({ envVar: EnvVar, cursor: z.string() }));
const Service = z.strictObject({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  ownerId: z.string(),
  type: z.enum(["web_service", "background_worker", "private_service", "cron_job", "static_site"]),
  autoDeploy: z.enum(["yes", "no"]),
  branch: z.string(),
  repo: z.url(),
  rootDir: z.string(),
  notifyOnFail: z.string(),
  suspended: z.enum(["suspended", "not_suspended"]),
  suspenders: z.array(z.string()),
  serviceDetails: z.looseObject({}),
  dashboardUrl: z.url(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
const Problem = z.strictObject({ id: z.string(), message: z.string() });
const problem = (code: number, message: string): Reply => ({ status: code, body: { id: "err", message } });
const page = { cursor: z.string().optional(), limit: z.string().regex(/^\d+$/).optional() };

export const goodCommit = "a".repeat(40);
export const badCommit = "b".repeat(40);
export const rollbackPath = "POST /v1/services/:service/rollback";
export const deploysPath = "POST /v1/services/:service/deploys";
export const envVarsPath = "PUT /v1/services/:service/env-vars";

export type RenderServer = ContractServer & {
  deploys: Deploy[];
  variables: () => Record<string, string>;
  /** The values that the running deploy was started with. */
  running: () => Record<string, string>;
  live: () => Deploy | undefined;
  /** What becomes of new deploys, and after how many looks. */
  course: { ends: z.infer<typeof status>; looks: number };
  effects: { rollbacks: number; deploys: number; replaced: number };
};

/** One service with a good deploy that is kept and a bad one that is live. */
export async function startRender(token: string, service = "srv-agent"): Promise<RenderServer> {
  let variables: Record<string, string> = { MODEL: "large", API_KEY: "new-and-hidden", ONLY_NEW: "1" };
  let running = { ...variables };
  const effects = { rollbacks: 0, deploys: 0, replaced: 0 };
  const course: RenderServer["course"] = { ends: "live", looks: 2 };
  const made = (id: string, commit: string, at: string, state: Deploy["status"]): Deploy => ({
    id,
    artifactId: `art-${id}`,
    commit: { id: commit, message: "Release", createdAt: at },
    status: state,
    trigger: "new_commit",
    createdAt: at,
    updatedAt: at,
    finishedAt: at,
  });
  const deploys: Deploy[] = [
    made("dep-good", goodCommit, "2026-11-10T08:00:00.000Z", "deactivated"),
    made("dep-bad", badCommit, "2026-11-20T08:00:00.000Z", "live"),
  ];
  const left = new Map<string, number>();
  const live = (): Deploy | undefined => deploys.find((deploy) => deploy.status === "live");

  function begin(of: Deploy, why: Deploy["trigger"]): Deploy {
    const now = new Date().toISOString();
    const { finishedAt: _finished, ...kept } = of;
    const deploy: Deploy = {
      ...kept,
      id: `dep-${why}-${deploys.length}`,
      status: "update_in_progress",
      trigger: why,
      createdAt: now,
      startedAt: now,
      updatedAt: now,
    };
    deploys.push(deploy);
    left.set(deploy.id, course.looks);
    return deploy;
  }

  function advance(): void {
    for (const deploy of deploys) {
      const looks = left.get(deploy.id);
      if (looks === undefined) continue;
      left.set(deploy.id, looks - 1);
      if (looks > 0) continue;
      left.delete(deploy.id);
      if (course.ends === "live") {
        const before = live();
        if (before) before.status = "deactivated";
        running = { ...variables };
      }
      deploy.status = course.ends;
      deploy.finishedAt = new Date().toISOString();
    }
  }

  const shown = () =>
    Object.entries(variables).map(([key, value]) => ({ envVar: { key, value }, cursor: key }));
  const known = (id: string | undefined): boolean => id === service;
  const server = await startContractServer(
    [
      {
        on: "GET /v1/services/:service",
        answers: { 200: Service, 404: Problem },
        handle: ({ params }) =>
          !known(params["service"])
            ? problem(404, "not found: service")
            : {
                status: 200,
                body: {
                  id: service,
                  name: "agent",
                  slug: "agent",
                  ownerId: "tea-1",
                  type: "web_service",
                  autoDeploy: "yes",
                  branch: "main",
                  repo: "https://example.com/agent.git",
                  rootDir: "",
                  notifyOnFail: "default",
                  suspended: "not_suspended",
                  suspenders: [],
                  serviceDetails: { plan: "starter" },
                  dashboardUrl: "https://dashboard.example.com/agent",
                  createdAt: "2026-01-01T00:00:00.000Z",
                  updatedAt: "2026-11-20T08:00:00.000Z",
                },
              },
      },
      {
        on: "GET /v1/services/:service/deploys",
        query: z.strictObject({
          ...page,
          status: status.optional(),
          createdAfter: z.iso.datetime().optional(),
        }),
        answers: { 200: z.array(z.strictObject({ deploy: Deploy, cursor: z.string() })), 404: Problem },
        handle: ({ params, query }) => {
          if (!known(params["service"])) return problem(404, "not found: service");
          advance();
          const newest = deploys.toReversed();
          const from =
            query["cursor"] === undefined ? 0 : newest.findIndex(({ id }) => id === query["cursor"]) + 1;
          const some = newest.slice(from, from + Number(query["limit"] ?? 20));
          return { status: 200, body: some.map((deploy) => ({ deploy, cursor: deploy.id })) };
        },
      },
      {
        on: "GET /v1/services/:service/deploys/:deploy",
        answers: { 200: Deploy, 404: Problem },
        handle: ({ params }) => {
          advance();
          const deploy = deploys.find(({ id }) => id === params["deploy"]);
          return deploy ? { status: 200, body: deploy } : problem(404, "not found: deploy");
        },
      },
      {
        on: rollbackPath,
        body: z.strictObject({ deployId: z.string() }),
        answers: { 201: Deploy, 400: Problem, 404: Problem },
        handle: ({ body }) => {
          const { deployId } = body as { deployId: string };
          const kept = deploys.find(({ id }) => id === deployId);
          if (!kept) return problem(404, "not found: deploy");
          if (kept.status !== "deactivated" && kept.status !== "live")
            return problem(400, "deploy did not succeed");
          effects.rollbacks += 1;
          return { status: 201, body: begin(kept, "rollback") };
        },
      },
      {
        on: deploysPath,
        body: z.strictObject({ deployMode: z.literal("deploy_only") }),
        answers: { 201: Deploy, 409: Problem },
        handle: () => {
          const now = live();
          if (!now) return problem(409, "nothing is live");
          effects.deploys += 1;
          return { status: 201, body: begin(now, "api") };
        },
      },
      {
        on: "GET /v1/services/:service/env-vars",
        query: z.strictObject(page),
        answers: { 200: EnvVars, 404: Problem },
        handle: ({ params, query }) => {
          if (!known(params["service"])) return problem(404, "not found: service");
          const all = shown();
          const from =
            query["cursor"] === undefined ? 0 : all.findIndex((one) => one.cursor === query["cursor"]) + 1;
          return { status: 200, body: all.slice(from, from + Number(query["limit"] ?? 20)) };
        },
      },
      {
        on: envVarsPath,
        body: z.array(EnvVar),
        answers: { 200: EnvVars },
        handle: ({ body }) => {
          variables = Object.fromEntries(
            (body as z.infer<typeof EnvVar>[]).map(({ key, value }) => [key, value]),
          );
          effects.replaced += 1;
          return { status: 200, body: shown() };
        },
      },
    ],
    ({ authorization }) => (authorization === `Bearer ${token}` ? null : problem(401, "unauthorized")),
  );
  return {
    ...server,
    deploys,
    variables: () => variables,
    running: () => running,
    live,
    course,
    effects,
  };
}

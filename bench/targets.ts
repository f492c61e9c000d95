import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import { ownPostgres } from "#e2e/fixtures/engine/own-postgres.ts";
import { platformImages, services, startProject } from "#e2e/targets/compose-project.ts";
import { dockerNeeds, startDocker, startRegistry, until } from "#e2e/targets/docker.ts";
import { twoVersions } from "#e2e/targets/etcd-versions.ts";
import { etcdMissing, startEtcd } from "#e2e/targets/etcd.ts";
import { kubernetesMissing, startCluster } from "#e2e/targets/kubernetes/cluster.ts";
import { startNode } from "#e2e/targets/kubernetes/node-in-words.ts";
import { rollbackTo, released, settingsFor } from "#e2e/targets/kubernetes/ways.ts";
import { missing, programPath } from "#e2e/targets/needs.ts";
import { plansOf, type PlanRequest } from "#lib/adapters/contract.ts";
import { adapterById } from "#lib/adapters/registry.ts";
import { Json, JsonObject } from "#lib/domain/json.ts";
import type { PlanPhase, PlanStep } from "#lib/domain/plan.ts";
import { startEngine } from "#lib/engine/worker.ts";
import { newId } from "#lib/platform/id.ts";
import { rollbackHandler } from "#lib/workflows/rollback.ts";
import { runPlan } from "./run-plan.ts";

/*
 * A rollback through Lastgood against the same by the platform's own tool, on the same system, turn by turn: from the
 * start of the execution to its end, with every look before and after and the durable record, against the bare commands.
 */
const rounds = Number(process.argv[2] ?? "5");
const aim = { share: 0.15, milliseconds: 300 };

type Target = { adapter: string; settings: JsonObject; secrets: Record<string, string>; allow: string[] };
type Round = { target: Target; request: PlanRequest; stop: () => Promise<void> };
type Measured = {
  title: string;
  /** A system on the bad version. */
  open: () => Promise<Round>;
  bare: (round: Round) => Promise<void>;
};

const run = promisify(execFile);
const postgres = await ownPostgres({ isDurable: true });
const engine = await startEngine({
  url: postgres.url,
  workerId: newId("wk"),
  leaseSeconds: 5,
  handlers: { rollback: rollbackHandler({ adapterById }) },
});
const measurements: Record<string, () => Promise<void>> = { etcd, compose, kubernetes };
for (const measurement of Object.values(measurements)) await measurement();
await engine.stop();
await postgres.remove();
process.exit(0);

async function etcd(): Promise<void> {
  if (etcdMissing !== null) {
    skip("etcd", etcdMissing);
    return;
  }
  const server = await startEtcd();
  let number = 0;
  await measure({
    title: "etcd, a prefix back to a past revision",
    open: async () => {
      const prefix = `config/${++number}/`;
      const good = await twoVersions(server, prefix);
      const settings = { url: server.url, prefix };
      return {
        target: { adapter: "etcd", settings, secrets: {}, allow: [server.address] },
        request: planRequest({ revision: String(good) }),
        stop: () => Promise.resolve(),
      };
    },
    // What a person would do: read the old state, put each key back that differs, remove what is new.
    bare: async ({ target, request }) => {
      const { url, prefix } = target.settings as { url: string; prefix: string };
      const etcdctl = (...args: string[]) =>
        run(programPath("etcdctl") ?? "", [`--endpoints=${url}`, ...args], {
          env: { ...process.env, ETCDCTL_API: "3" },
        });
      const revision = request.to.artifacts.configurationRevision ?? "";
      await etcdctl("get", prefix, "--prefix", `--rev=${revision}`, "-w", "json");
      await etcdctl("put", `${prefix}database/pool_size`, "20");
      await etcdctl("put", `${prefix}password`, "old=and\nhidden");
      await etcdctl("put", `${prefix}only-old`, "1");
      await etcdctl("del", `${prefix}only-new`);
      await etcdctl("get", prefix, "--prefix");
    },
  });
  await server.stop();
}

async function compose(): Promise<void> {
  const reason = missing(dockerNeeds);
  if (reason !== null) {
    skip("compose", reason);
    return;
  }
  const [host, registry] = await Promise.all([startDocker(), startRegistry()]);
  const images = await platformImages(host, registry);
  await host.docker("pull", images.good);
  await measure({
    title: "Docker Compose, two layers and three services",
    open: async () => {
      const project = await startProject(host, images);
      const { probes } = project.settings as { probes: { data: { tcp: string } } };
      const base = planRequest();
      return {
        target: {
          adapter: "docker-compose",
          settings: project.settings,
          secrets: {},
          allow: [probes.data.tcp],
        },
        request: {
          ...base,
          named: ["stop", "pin-images", "pull", "start-layer", "verify-version"],
          to: { version: "v1", artifacts: { ...base.to.artifacts, imageDigest: project.imageDigest } },
        },
        stop: () => project.stop(),
      };
    },
    bare: async ({ target }) => {
      const { project, projectFolder, composePath } = target.settings as Record<string, string>;
      const pins = path.join(projectFolder ?? "", "pins.yml");
      const pinned = Object.fromEntries(services.map((name) => [name, { image: images.good }]));
      await writeFile(pins, JSON.stringify({ version: "3.8", services: pinned }));
      const file = path.join(projectFolder ?? "", "docker-compose.yml");
      const tool = (...args: string[]) =>
        run(composePath ?? "", ["-p", project ?? "", "-f", file, "-f", pins, ...args], {
          env: { ...process.env, DOCKER_HOST: host.host, HOME: host.folder },
        });
      await tool("stop", "worker", "api", "data");
      await tool("up", "-d", "--no-deps", "data");
      await tool("up", "-d", "--no-deps", "api", "worker");
      await until(async () => {
        const ids = await host.docker(
          ...["ps", "-q", "--filter", `label=com.docker.compose.project=${project ?? ""}`],
          ...["--filter", "label=com.docker.compose.service=api", "--filter", "health=healthy"],
        );
        return ids !== "";
      }, "the api to be healthy");
      await rm(pins);
    },
  });
  await host.stop();
  await registry.stop();
}

async function kubernetes(): Promise<void> {
  const reason = kubernetesMissing() ?? missing({ packages: ["kubernetes-client"], programs: ["kubectl"] });
  if (reason !== null) {
    skip("Kubernetes", reason);
    return;
  }
  const cluster = await startCluster();
  const node = await startNode(cluster);
  process.env["LASTGOOD_SECRET_KUBECONFIG"] = cluster.kubeconfig();
  const file = path.join(process.env["TMPDIR"] ?? "/tmp", `bench-kubeconfig-${process.pid}`);
  await writeFile(file, cluster.kubeconfig(), { mode: 0o600 });
  await measure({
    title: "Kubernetes, a rolling update back",
    open: async () => {
      const shop = await released(cluster);
      return {
        target: {
          adapter: "kubernetes",
          settings: settingsFor(shop, { strategy: "rolling" }),
          secrets: { kubeconfig: "env:LASTGOOD_SECRET_KUBECONFIG" },
          allow: [cluster.address],
        },
        request: rollbackTo({ named: ["roll-to-revision", "verify-version"] }),
        stop: () => shop.close(),
      };
    },
    bare: async ({ target }) => {
      const { namespace } = target.settings as { namespace: string };
      const kubectl = (...args: string[]) =>
        run(programPath("kubectl") ?? "", ["--kubeconfig", file, "-n", namespace, ...args]);
      await kubectl("rollout", "undo", "deployment/shop", "--to-revision=1");
      await kubectl("rollout", "status", "deployment/shop", "--timeout=60s");
    },
  });
  await rm(file);
  await node.stop();
  await cluster.stop();
}

async function measure({ title, open, bare }: Measured): Promise<void> {
  const own: number[] = [];
  const theirs: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const mine = await open();
    const phases = await phasesOf(mine);
    const milliseconds = await runPlan(postgres.client, () => phases, mine.target.allow);
    await mine.stop();
    const other = await open();
    const began = performance.now();
    await bare(other);
    const bareMilliseconds = performance.now() - began;
    await other.stop();
    // The first round warms both up.
    if (round < 0) continue;
    own.push(milliseconds);
    theirs.push(bareMilliseconds);
  }
  const [a, b] = [median(own), median(theirs)];
  const isReached = a - b <= aim.milliseconds || a <= b * (1 + aim.share);
  console.log(`${title} (${rounds} runs): Lastgood ${a.toFixed(0)} ms, the tool alone ${b.toFixed(0)} ms`);
  console.log(
    `  ${(a - b).toFixed(0)} ms more, ${((a / b - 1) * 100).toFixed(0)} % (aim ≤ ${aim.milliseconds} ms or ≤ ${aim.share * 100} %${isReached ? "" : ": not reached"})`,
  );
}

function median(all: number[]): number {
  return all.toSorted((x, y) => x - y)[Math.floor(all.length / 2)] ?? NaN;
}

function skip(what: string, reason: string): void {
  console.log(`${what}: not measured: ${reason}`);
}

/** The steps that the adapter plans, those that change something and those that prove it. */
async function phasesOf({ target, request }: Round): Promise<PlanPhase[]> {
  const adapter = adapterById(target.adapter);
  if (adapter === undefined) throw new Error(`There is no ${target.adapter}.`);
  const settings: unknown = adapter.settings.parse(target.settings);
  const secrets = Object.fromEntries(
    Object.entries(target.secrets).map(([name, reference]) => [
      name,
      process.env[reference.replace(/^env:/, "")] ?? "",
    ]),
  );
  const { ctx } = adapterContext({ settings, secrets, allow: target.allow });
  const steps: PlanStep[] = [];
  for (const operation of adapter.operations) {
    const isLook = !operation.mutating && operation.phase !== "verification";
    if (isLook || request.named?.includes(operation.id) === false) continue;
    const executor = await operation.executor();
    for (const planned of plansOf(await operation.plan(ctx, request)))
      steps.push({
        key: `${operation.phase}.${request.component}.${operation.id}-${steps.length}`,
        title: planned.title,
        adapter: adapter.id,
        operation: operation.id,
        component: request.component,
        settings: target.settings,
        secrets: target.secrets,
        desired: JsonObject.parse(planned.desired),
        command: operation.command(settings, planned.desired, Object.keys(secrets)),
        mutating: operation.mutating,
        reversibility: operation.reversibility,
        limitSeconds: 60,
        observedBefore: planned.observed === null ? null : Json.parse(executor.stable(planned.observed)),
      });
  }
  const of = (isProof: boolean) =>
    steps.filter(
      (step) =>
        (adapter.operations.find((o) => o.id === step.operation)?.phase === "verification") === isProof,
    );
  return [
    { id: "execution", title: "Execution", steps: of(false) },
    { id: "verification", title: "Verification", steps: of(true) },
  ];
}

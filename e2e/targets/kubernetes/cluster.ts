import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Agent, request } from "undici";
import type { Written } from "#e2e/targets/kubernetes/written.ts";
import { missing } from "#e2e/targets/needs.ts";

const names = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;
const needs = { packages: ["etcd-server"], programs: ["etcd"] };
const cache = process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache");
const binaries = path.join(cache, "lastgood", "kubernetes-1.20");
const controllers =
  "deployment,replicaset,namespace,serviceaccount,serviceaccount-token,garbagecollector,endpoint,endpointslice,resourcequota";

/**
 * Whether a control plane, and these programs besides, can be brought up here; null: they can. On CI they are built,
 * which takes minutes, once.
 */
export function kubernetesMissing(besides: readonly "kubelet"[] = []): string | null {
  const reason = missing(needs);
  if (reason !== null) return reason;
  const absent = [...names, ...besides].filter((name) => !existsSync(path.join(binaries, name)));
  if (process.env["CI"] === "true" || absent.length === 0) return null;
  return `no ${absent.join(", ")} in ${binaries}; run e2e/targets/kubernetes/build.sh with that folder as root, or run with CI=true as root.`;
}

/** Path of a program of Kubernetes; built first where it is missing. */
export function builtProgram(name: (typeof names)[number] | "kubelet"): string {
  const program = path.join(binaries, name);
  if (!existsSync(program))
    execFileSync("bash", [path.join(import.meta.dirname, "build.sh"), binaries], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  return program;
}

export type Cluster = {
  /** host:port */
  address: string;
  kubeconfig: (user?: string, changes?: (text: string) => string) => string;
  api: (
    method: string,
    path: string,
    body?: unknown,
    type?: string,
  ) => Promise<{ status: number; value: unknown }>;
  writes: (namespace: string) => Written[];
  stop: () => Promise<void>;
};

/** A control plane of our own on loopback: etcd, API server with audit log, controllers, scheduler. */
export async function startCluster(users: readonly string[] = ["guest"]): Promise<Cluster> {
  const apiServer = builtProgram("kube-apiserver");
  const folder = mkdtempSync(path.join(tmpdir(), "kubernetes-"));
  const at = (name: string): string => path.join(folder, name);
  const [etcdPort, peerPort, apiPort] = await freePorts(3);
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  mkdirSync(at("certs"));
  writeFileSync(at("sa.key"), privateKey.export({ type: "pkcs1", format: "pem" }));
  const tokens = Object.fromEntries(
    ["admin", ...users].map((user) => [user, randomBytes(16).toString("hex")]),
  );
  const rows = Object.entries(tokens).map(
    ([user, token]) => `${token},${user},${user},"${user === "admin" ? "system:masters" : "people"}"`,
  );
  writeFileSync(at("tokens.csv"), `${rows.join("\n")}\n`, { mode: 0o600 });
  writeFileSync(
    at("audit.yaml"),
    "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n- {level: Request, verbs: [patch, delete], users: [admin, guest]}\n- {level: None}\n",
  );
  const address = `127.0.0.1:${apiPort}`;
  const children: ChildProcess[] = [];
  const start = (program: string, ...args: string[]): void => {
    const log = openSync(at(`${path.basename(program)}.log`), "a");
    children.push(spawn(program, args, { cwd: folder, stdio: ["ignore", log, log] }));
  };
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  start(
    "etcd",
    ...["--name", "k", "--data-dir", at("etcd")],
    ...["--listen-client-urls", etcdUrl, "--advertise-client-urls", etcdUrl, "--listen-peer-urls", peerUrl],
    ...["--initial-advertise-peer-urls", peerUrl, "--initial-cluster", `k=${peerUrl}`],
  );
  start(
    apiServer,
    ...[`--etcd-servers=${etcdUrl}`, "--bind-address=127.0.0.1", `--secure-port=${apiPort}`],
    ...["--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none", `--cert-dir=${at("certs")}`],
    ...[`--token-auth-file=${at("tokens.csv")}`, "--authorization-mode=RBAC"],
    ...["--service-account-issuer=https://127.0.0.1", `--service-account-key-file=${at("sa.key")}`],
    ...[`--service-account-signing-key-file=${at("sa.key")}`, "--service-cluster-ip-range=127.99.0.0/24"],
    ...["--disable-admission-plugins=ServiceAccount", "--enable-admission-plugins=ResourceQuota"],
    ...[`--audit-policy-file=${at("audit.yaml")}`, `--audit-log-path=${at("audit.log")}`],
  );
  const stop = async (): Promise<void> => {
    for (const child of children.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await exited;
      clearTimeout(timer);
    }
    await agent.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  let agent = new Agent({ connect: { rejectUnauthorized: false } });
  const api: Cluster["api"] = async (method, route, body, type = "application/json") => {
    const answer = await request(`https://${address}${route}`, {
      method: method as "GET",
      headers: { authorization: `Bearer ${tokens["admin"]}`, "content-type": type },
      body: body === undefined ? null : JSON.stringify(body),
      dispatcher: agent,
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, value: text.startsWith("{") ? (JSON.parse(text) as unknown) : text };
  };
  await until(`the API server is ready (see ${at("kube-apiserver.log")})`, async () => {
    const answer = await api("GET", "/readyz").catch(() => null);
    return answer?.status === 200;
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  await agent.close();
  const ca = readFileSync(at("certs/apiserver.crt"));
  agent = new Agent({ connect: { ca } });
  const kubeconfig: Cluster["kubeconfig"] = (user = "admin", changes = (text) => text) =>
    changes(
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [
          {
            name: "c",
            cluster: { server: `https://${address}`, "certificate-authority-data": ca.toString("base64") },
          },
        ],
        users: [{ name: "u", user: { token: tokens[user] } }],
        contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
        "current-context": "x",
      }),
    );
  writeFileSync(at("kubeconfig"), kubeconfig(), { mode: 0o600 });
  start(
    builtProgram("kube-controller-manager"),
    ...[`--kubeconfig=${at("kubeconfig")}`, "--leader-elect=false", "--port=0", "--secure-port=0"],
    ...[`--service-account-private-key-file=${at("sa.key")}`, `--controllers=${controllers}`],
    ...["--concurrent-resource-quota-syncs=2", "--kube-api-qps=200", "--kube-api-burst=400"],
  );
  start(
    builtProgram("kube-scheduler"),
    ...[`--kubeconfig=${at("kubeconfig")}`, "--leader-elect=false", "--port=0", "--secure-port=0"],
  );
  await until("kube-system is there", async () => {
    const { status } = await api("GET", "/api/v1/namespaces/kube-system");
    return status === 200;
  });
  return {
    address,
    kubeconfig,
    api,
    writes: (namespace) => writesOf(readFileSync(at("audit.log"), "utf8"), namespace),
    stop,
  };
}

function writesOf(log: string, namespace: string): Written[] {
  return log
    .split("\n")
    .filter(Boolean)
    .flatMap((line) => {
      const entry = JSON.parse(line) as {
        verb: string;
        userAgent: string;
        objectRef?: { resource: string; name: string; namespace: string; subresource?: string };
        requestObject?: unknown;
        responseStatus?: { code: number };
      };
      const { objectRef } = entry;
      // What the tests themselves write comes without that name.
      if (objectRef?.namespace !== namespace || entry.userAgent !== "lastgood") return [];
      const { resource, name } = objectRef;
      const body = JSON.stringify(entry.requestObject ?? null);
      return [{ verb: entry.verb, resource, name, body, status: entry.responseStatus?.code ?? 0 }];
    });
}

/** Waits until something holds; throws after a minute. */
export async function until(what: string, holds: () => Promise<boolean>, everyMs = 100): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Waited in vain until ${what}.`);
    await delay(everyMs);
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

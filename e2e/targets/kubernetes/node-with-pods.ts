import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync } from "node:fs";
import { rm, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { builtProgram, kubernetesMissing, until } from "#e2e/targets/kubernetes/cluster.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";
import { pauseImage } from "#e2e/targets/kubernetes/image.ts";
import type { Built } from "#e2e/targets/kubernetes/image.ts";
import { openMountNamespace } from "#e2e/targets/kubernetes/mount-namespace.ts";
import {
  containerdSettings,
  kubeletSettings,
  networkSettings,
} from "#e2e/targets/kubernetes/node-settings.ts";
import { missing } from "#e2e/targets/needs.ts";
import { freePort } from "#e2e/targets/processes.ts";

const run = promisify(execFile);
const pause = "docker.io/lastgood/pause:1";
const needs = {
  packages: ["containerd", "runc", "containernetworking-plugins", "busybox-static", "iproute2"],
  programs: [
    "containerd",
    "ctr",
    "runc",
    "/usr/lib/cni/bridge",
    "/usr/bin/busybox",
    "ip",
    "unshare",
    "nsenter",
  ],
};

/** Whether real pods can run here; null: they can. */
export function podsMissing(): string | null {
  const reason = kubernetesMissing(["kubelet"]) ?? missing(needs);
  if (reason !== null) return reason;
  return process.getuid?.() === 0 ? null : "containerd and kubelet run as root only.";
}

/** A machine of the cluster: containerd and kubelet, which run real pods with addresses of their own. */
export type NodeWithPods = {
  name: string;
  /** Makes an image known here as `repository@digest`; nothing is ever pulled. */
  load: (repository: string, image: Built) => Promise<string>;
  stop: () => Promise<void>;
};

export async function startNodeWithPods(cluster: Cluster): Promise<NodeWithPods> {
  const folder = mkdtempSync(path.join(tmpdir(), "node-"));
  const at = (name: string): string => path.join(folder, name);
  const name = path.basename(folder).toLowerCase();
  const socket = at("containerd.sock");
  const bridge = `lg${randomBytes(4).toString("hex")}`;
  // Reserved for measurements between networks: nobody's own addresses.
  const network = `198.${randomInt(18, 20)}.${randomInt(256)}`;
  mkdirSync(at("cni"));
  await writeFile(at("containerd.toml"), containerdSettings({ folder, socket, pause }));
  await writeFile(
    at("cni/10-lastgood.conflist"),
    JSON.stringify(networkSettings({ folder, bridge, subnet: `${network}.0/24` })),
  );
  await writeFile(at("kubelet.json"), JSON.stringify(kubeletSettings(await freePort())));
  await writeFile(at("kubeconfig"), cluster.kubeconfig(), { mode: 0o600 });
  const view = await openMountNamespace(folder);
  const children: ChildProcess[] = [];
  const start = (program: string, ...args: string[]): ChildProcess => {
    const log = openSync(at(`${path.basename(program)}.log`), "a");
    const child = spawn(...view.inside(program, ...args), { cwd: folder, stdio: ["ignore", log, log] });
    children.push(child);
    return child;
  };
  const ctr = async (...words: string[]): Promise<string> =>
    (await run(...view.inside("ctr", "-a", socket, "-n", "k8s.io", ...words))).stdout;

  const undertaker = burying(cluster, name);
  const stop = async (): Promise<void> => {
    await undertaker.stop();
    for (const child of children.slice(1).toReversed()) await end(child);
    for (const row of (await ctr("task", "ls").catch(() => "")).split("\n").slice(1)) {
      const pid = Number(row.split(/\s+/)[1]);
      if (pid > 1) kill(pid);
    }
    // A shim outlives its containerd, and tells it by its address.
    for (const pid of processesNaming(socket, "containerd-shim")) kill(pid);
    await until("no shim is left", () =>
      Promise.resolve(processesNaming(socket, "containerd-shim").length === 0),
    );
    for (const child of children) await end(child);
    await view.close();
    await run("ip", ["link", "delete", bridge]).catch(() => undefined);
    // Empty by now; where another node runs containers, it stays.
    for (const hierarchy of readdirSync("/sys/fs/cgroup"))
      await rmdir(path.join("/sys/fs/cgroup", hierarchy, "k8s.io")).catch(() => undefined);
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  try {
    await run("ip", ["link", "add", bridge, "type", "bridge"]);
    await run("ip", ["address", "add", `${network}.1/24`, "dev", bridge]);
    await run("ip", ["link", "set", bridge, "up"]);
    start("containerd", "--config", at("containerd.toml"));
    await until(`containerd answers (see ${at("containerd.log")})`, async () =>
      ctr("version").then(
        () => true,
        () => false,
      ),
    );
    const load = async (file: string, ...words: string[]): Promise<void> => {
      await ctr("images", "import", ...words, file);
    };
    const image = pauseImage();
    await writeFile(at("pause.tar"), image.archive);
    await load(at("pause.tar"), "--base-name", "docker.io/lastgood/pause", "--digests");
    await ctr("images", "tag", `docker.io/lastgood/pause@${image.digest}`, pause);
    start(
      builtProgram("kubelet"),
      ...[
        `--kubeconfig=${at("kubeconfig")}`,
        `--config=${at("kubelet.json")}`,
        `--root-dir=${at("kubelet")}`,
      ],
      ...[`--cert-dir=${at("kubelet-certs")}`, "--container-runtime=remote"],
      ...[`--container-runtime-endpoint=unix://${socket}`, `--hostname-override=${name}`],
      `--node-ip=${network}.1`,
    );
    await until(`${name} is ready (see ${at("kubelet.log")})`, async () => {
      const { value } = await cluster.api("GET", `/api/v1/nodes/${name}`);
      const { status } = value as { status?: { conditions?: { type: string; status: string }[] } };
      return status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") ?? false;
    });
    // A new node is tainted as not ready until a controller that is not run here takes that away.
    await cluster.api(
      "PATCH",
      `/api/v1/nodes/${name}`,
      { spec: { taints: null } },
      "application/merge-patch+json",
    );
    return {
      name,
      load: async (repository, { archive, digest }) => {
        const file = at(`${digest.slice(-12)}.tar`);
        await writeFile(file, archive);
        await load(file, "--base-name", repository, "--digests");
        return `${repository}@${digest}`;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Ended = {
  metadata: { name: string; namespace: string; deletionTimestamp?: string };
  status: { phase: string; containerStatuses?: { state: { waiting?: { reason: string } } }[] };
};

/**
 * A kubelet of 1.20 that removed a container before it saw how it ended tells that it is still being created, and keeps
 * the pod for a minute or more. Whoever runs such a cluster deletes it by force, once nothing of it runs any more.
 */
function burying(cluster: Cluster, node: string): { stop: () => Promise<void> } {
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const found = await cluster
        .api("GET", `/api/v1/pods?fieldSelector=spec.nodeName%3D${node}`)
        .catch(() => null);
      const pods = (found?.value as { items?: Ended[] } | undefined)?.items ?? [];
      for (const { metadata, status } of pods) {
        const { deletionTimestamp: due } = metadata;
        const isGone =
          status.phase === "Running" &&
          status.containerStatuses?.every(({ state }) => state.waiting?.reason === "ContainerCreating") ===
            true;
        if (due === undefined || Date.parse(due) > Date.now() - 3000 || !isGone) continue;
        await cluster.api(
          "DELETE",
          `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}?gracePeriodSeconds=0`,
        );
      }
      await delay(500, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
  await exited;
  clearTimeout(timer);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Ids of processes of that program with that text among their arguments. */
function processesNaming(text: string, program: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return path.basename(words[0] ?? "").startsWith(program) && words.includes(text);
      } catch {
        // It ended while we looked.
        return false;
      }
    })
    .map(Number);
}

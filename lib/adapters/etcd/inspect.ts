import { access, constants, stat } from "node:fs/promises";
import { z } from "zod";
import type { AdapterContext, Evidence, Identity, Inspection } from "#lib/adapters/contract.ts";
import { Header, openEtcd } from "#lib/adapters/etcd/client.ts";
import type { Etcd } from "#lib/adapters/etcd/client.ts";
import { readPrefix, rangeEnd, toBase64 } from "#lib/adapters/etcd/prefix.ts";
import type { Settings } from "#lib/adapters/etcd/schema.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { atJsonPath, parseJson } from "#lib/adapters/json-path.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

const Counted = z.object({ header: Header });
const Status = z.object({ version: z.string(), leader: z.string().default("0") });
const Members = z.object({
  members: z.array(z.object({ name: z.string().default(""), clientURLs: z.array(z.string()).default([]) })),
});

/** The id of the cluster; a cluster that was restored from a backup into a new one has another. */
export async function identify(ctx: Context): Promise<Identity> {
  const { prefix } = ctx.settings;
  const body = { key: toBase64(prefix), range_end: rangeEnd(prefix), count_only: true };
  const answer = await openEtcd(ctx).look("/v3/kv/range", body, Counted);
  return { kind: "etcd-cluster", id: answer?.header.cluster_id ?? "" };
}

export async function inspect(ctx: Context): Promise<Inspection> {
  const etcd = openEtcd(ctx);
  const state = await readPrefix(etcd);
  const revision = String(state.revision);
  return {
    tools: [],
    evidence: [
      evidence(
        "Prefix",
        state.entries.size > 0,
        `${state.entries.size} keys begin with ${ctx.settings.prefix}, at revision ${revision}.`,
      ),
      ...(await keptIn(ctx.settings.snapshotFolder)),
      ...(await told("Version", () => version(etcd))),
      ...(await told("Members", () => members(etcd))),
      evidence(
        "History",
        true,
        "etcd keeps past revisions until they are compacted, but no list of versions: report the revision of each deployment as configurationRevision.",
      ),
    ],
    current: {
      version: `revision-${revision}`,
      deployedAt: null,
      artifacts: { configurationRevision: revision },
      detail: `Revision ${revision} of the cluster`,
    },
    history: [],
  };
}

/** Without the folder the first step of a rollback that acts would fail. */
async function keptIn(folder: string | undefined): Promise<Evidence[]> {
  if (folder === undefined) return [];
  const title = "Snapshot folder";
  try {
    if (!(await stat(folder)).isDirectory()) return [evidence(title, false, `${folder} is not a folder.`)];
    await access(folder, constants.W_OK);
    return [evidence(title, true, `${folder} is there, and the worker may write in it.`)];
  } catch {
    const what = `${folder} is not there, or the worker's user may not write in it. Create it on the worker's machine.`;
    return [evidence(title, false, what)];
  }
}

/** What a role limited to the prefix may not see is said, and is no reason to see nothing. */
async function told(title: string, look: () => Promise<Evidence[]>): Promise<Evidence[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [evidence(title, error.code === "NOT_PERMITTED", error.message)];
  }
}

async function version(etcd: Etcd): Promise<Evidence[]> {
  const status = await etcd.look("/v3/maintenance/status", {}, Status);
  const hasLeader = status !== null && status.leader !== "0";
  return [
    evidence("Version", true, `etcd ${status?.version ?? "unknown"}.`),
    evidence("Leader", hasLeader, hasLeader ? "The cluster has a leader." : "The cluster has no leader."),
  ];
}

async function members(etcd: Etcd): Promise<Evidence[]> {
  const found = await etcd.look("/v3/cluster/member/list", {}, Members);
  return Promise.all(
    (found?.members ?? []).map(async ({ name, clientURLs: [address] }) => {
      const title = `Member ${name}`;
      if (address === undefined) return evidence(title, false, "It has never joined the cluster.");
      return health(etcd.ctx, title, address);
    }),
  );
}

async function health(ctx: Context, title: string, address: string): Promise<Evidence> {
  const url = URL.parse("/health", address);
  if (url === null) return evidence(title, false, "Its address cannot be read.");
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  if (!ctx.allowed(url.hostname, port))
    return evidence(title, true, `${url.host} is not on the allow-list, so it was not asked.`);
  try {
    const answer = await ctx.http({
      method: "GET",
      url: url.href,
      timeoutMs: ctx.settings.timeoutMs,
      signal: ctx.signal,
    });
    const isHealthy = String(atJsonPath(parseJson(answer.body), "health")) === "true";
    return evidence(title, isHealthy, `${url.host} says that it is ${isHealthy ? "" : "not "}healthy.`);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return evidence(title, false, error.message);
  }
}

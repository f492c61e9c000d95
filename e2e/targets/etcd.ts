import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { missing, programPath } from "#e2e/targets/needs.ts";

export const etcdMissing = missing({
  packages: ["etcd-server", "etcd-client"],
  programs: ["etcd", "etcdctl"],
});

const Answer = z.looseObject({ header: z.looseObject({ revision: z.string().default("0") }).optional() });

export type EtcdServer = {
  url: string;
  address: string;
  /** The JSON gateway, as whom it is told. Throws for what is not 2xx. */
  call: (call: string, body: object) => Promise<z.output<typeof Answer>>;
  /** The revision after it. */
  put: (key: string, value: string) => Promise<number>;
  remove: (key: string) => Promise<number>;
  /** Key and value of all that begins with the prefix, and the revision that they were changed at. */
  dump: (prefix: string) => Promise<Record<string, string>>;
  /** Goes along with every call once it is set. */
  token: string | undefined;
  stop: () => Promise<void>;
};

/** One etcd, in a temporary folder, on free ports of loopback. */
export async function startEtcd(
  more: readonly string[] = [],
  scheme: "http" | "https" = "http",
): Promise<EtcdServer> {
  const folder = await mkdtemp(path.join(tmpdir(), "etcd-"));
  const [port, peer] = [await freePort(), await freePort()];
  const [address, url] = [`127.0.0.1:${port}`, `${scheme}://127.0.0.1:${port}`];
  const peerUrl = `http://127.0.0.1:${peer}`;
  const child = spawn(
    programPath("etcd") ?? "etcd",
    [
      ...["--name", "one", "--data-dir", folder, "--log-level", "error"],
      ...["--listen-client-urls", url, "--advertise-client-urls", url],
      ...["--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl],
      ...["--initial-cluster", `one=${peerUrl}`],
      ...more,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, "exit");
  while (!(await isUp(url, port))) {
    if (child.exitCode !== null) throw new Error(`etcd did not start:\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const call: EtcdServer["call"] = async (name, body) => {
    const answer = await fetch(`${url}/v3/${name}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: server.token === undefined ? {} : { authorization: server.token },
    });
    if (!answer.ok) throw new Error(`${name}: ${await answer.text()}`);
    return Answer.parse(await answer.json());
  };
  const change = async (name: string, body: object): Promise<number> =>
    Number((await call(name, body)).header?.revision);
  const server: EtcdServer = {
    url,
    address,
    token: undefined,
    call,
    put: (key, value) => change("kv/put", { key: base64(key), value: base64(value) }),
    remove: (key) => change("kv/deleterange", { key: base64(key) }),
    dump: async (prefix) => {
      const answer = await call("kv/range", { key: base64(prefix), range_end: base64(`${prefix}\u007f`) });
      return Object.fromEntries(
        Pairs.parse(answer["kvs"] ?? []).map(({ key, value, mod_revision: at }) => [
          text(key),
          `${text(value)} @${at}`,
        ]),
      );
    },
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
  return server;
}

const Pairs = z.array(
  z.looseObject({ key: z.string(), value: z.string().default(""), mod_revision: z.string() }),
);
export const base64 = (plain: string): string => Buffer.from(plain).toString("base64");
const text = (encoded: string): string => Buffer.from(encoded, "base64").toString("utf8");

/** Users root and app (who may read and write below config/ alone); the token of root. */
export async function withUsers(server: EtcdServer, password: string): Promise<string> {
  await server.call("auth/user/add", { name: "root", password });
  await server.call("auth/role/add", { name: "root" });
  await server.call("auth/user/grant", { user: "root", role: "root" });
  await server.call("auth/user/add", { name: "app", password });
  await server.call("auth/role/add", { name: "config" });
  await server.call("auth/role/grant", {
    name: "config",
    perm: { permType: "READWRITE", key: base64("config/"), range_end: base64("config0") },
  });
  await server.call("auth/user/grant", { user: "app", role: "config" });
  await server.call("auth/enable", {});
  const answer = await server.call("auth/authenticate", { name: "root", password });
  return z.object({ token: z.string() }).parse(answer).token;
}

/** One with a certificate of its own is up when it takes connections. */
async function isUp(url: string, port: number): Promise<boolean> {
  if (url.startsWith("https:")) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    return isOpen;
  }
  return fetch(`${url}/health`).then(
    async (answer) => answer.ok && (await answer.text()).includes('"true"'),
    () => false,
  );
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No free port was given.");
  return address.port;
}

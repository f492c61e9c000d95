import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort, startDaemon, until } from "#e2e/targets/processes.ts";
import type { Daemon } from "#e2e/targets/processes.ts";
import { programPath } from "#e2e/targets/needs.ts";

export const swiftNeeds = {
  packages: [
    "swift",
    "swift-proxy",
    "swift-account",
    "swift-container",
    "swift-object",
    "memcached",
    "varnish",
  ],
  programs: [
    "swift-proxy-server",
    "swift-account-server",
    "swift-container-server",
    "swift-object-server",
    "memcached",
    "varnishd",
  ],
} as const;

export type Swift = {
  url: string;
  address: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Lets everybody read a bucket, by Swift's own API. */
  publish: (bucket: string) => Promise<void>;
  stop: () => Promise<void>;
};

const rings = `
import sys
from swift.common.ring import RingBuilder
for name, port in zip(("account", "container", "object"), map(int, sys.argv[1:])):
    builder = RingBuilder(2, 1, 0)
    builder.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "d1", "weight": 1})
    builder.rebalance()
    builder.get_ring().save(name + ".ring.gz")
`;

/** One node of OpenStack Swift with its S3 API and object versions, in a temporary folder. */
export async function startSwift(): Promise<Swift> {
  const folder = mkdtempSync(path.join(tmpdir(), "swift-"));
  mkdirSync(path.join(folder, "srv/d1"), { recursive: true });
  const ports = await Promise.all([1, 2, 3, 4, 5].map(freePort));
  const [account = 0, container = 0, object = 0, proxy = 0, memory = 0] = ports;
  const made = spawnSync("/usr/bin/python3", ["-c", rings, ...[account, container, object].map(String)], {
    cwd: folder,
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(made.stderr);
  const write = (name: string, lines: string[]): string => {
    const file = path.join(folder, name);
    writeFileSync(file, `${lines.join("\n")}\n`);
    return file;
  };
  write("swift.conf", [
    "[swift-hash]",
    "swift_hash_path_suffix = tests",
    "swift_hash_path_prefix = tests",
    "[storage-policy:0]",
    "name = Policy-0",
    "default = yes",
  ]);
  const common = (port: number): string[] => [
    "[DEFAULT]",
    "bind_ip = 127.0.0.1",
    `bind_port = ${port}`,
    "workers = 0",
    "user = root",
    `swift_dir = ${folder}`,
    `devices = ${path.join(folder, "srv")}`,
    "mount_check = false",
    "disable_fallocate = true",
  ];
  const storage = Object.entries({ account, container, object }).map(([name, port]) => {
    const pipeline = [
      "[pipeline:main]",
      `pipeline = ${name}-server`,
      `[app:${name}-server]`,
      `use = egg:swift#${name}`,
    ];
    return [name, write(`${name}.conf`, [...common(port), ...pipeline])] as const;
  });
  const filters: [string, string[]][] = [
    ["catch_errors", []],
    ["gatekeeper", []],
    ["healthcheck", []],
    ["cache", ["use = egg:swift#memcache", `memcache_servers = 127.0.0.1:${memory}`]],
    ["listing_formats", []],
    ["bulk", []],
    ["s3api", []],
    ["tempauth", ["user_test_tester = testing .admin"]],
    ["copy", []],
    ["slo", []],
    ["dlo", []],
    ["versioned_writes", ["allow_versioned_writes = true", "allow_object_versioning = true"]],
    ["symlink", []],
  ];
  const front = write("proxy.conf", [
    ...common(proxy),
    "[pipeline:main]",
    `pipeline = ${filters.map(([name]) => name).join(" ")} proxy-server`,
    "[app:proxy-server]",
    "use = egg:swift#proxy",
    "account_autocreate = true",
    // A busy machine answers late, not wrongly.
    ...["conn_timeout = 20", "node_timeout = 60", "recoverable_node_timeout = 60"],
    "error_suppression_limit = 10000",
    ...filters.flatMap(([name, lines]) => [
      `[filter:${name}]`,
      ...(lines.some((line) => line.startsWith("use ")) ? [] : [`use = egg:swift#${name}`]),
      ...lines,
    ]),
  ]);
  const daemons: Daemon[] = [...storage, ["proxy", front] as const].map(([name, file]) =>
    startDaemon(programPath(`swift-${name}-server`) ?? `swift-${name}-server`, [file]),
  );
  const memcached = programPath("memcached") ?? "memcached";
  daemons.push(startDaemon(memcached, ["-u", "root", "-l", "127.0.0.1", "-p", String(memory), "-U", "0"]));
  const url = `http://127.0.0.1:${proxy}`;
  const login = async (): Promise<{ token: string; storage: string }> => {
    const answer = await fetch(`${url}/auth/v1.0`, {
      headers: { "x-auth-user": "test:tester", "x-auth-key": "testing" },
    });
    return {
      token: answer.headers.get("x-auth-token") ?? "",
      storage: answer.headers.get("x-storage-url") ?? "",
    };
  };
  await until(
    "Swift",
    async () => {
      const { token, storage: place } = await login();
      const put = (name: string) =>
        fetch(`${place}/${name}`, { method: "PUT", headers: { "x-auth-token": token }, body: "" });
      return (await put("ready")).ok && (await put("ready/object")).ok;
    },
    120,
  ).catch(async (error: unknown) => {
    await Promise.all(daemons.map((daemon) => daemon.stop()));
    throw new Error(
      daemons
        .map((daemon) => daemon.output())
        .join("\n")
        .slice(-3000),
      { cause: error },
    );
  });
  return {
    url,
    address: `127.0.0.1:${proxy}`,
    accessKeyId: "test:tester",
    secretAccessKey: "testing",
    publish: async (bucket) => {
      const { token, storage: place } = await login();
      const headers = { "x-auth-token": token, "x-container-read": ".r:*" };
      const answer = await fetch(`${place}/${bucket}`, { method: "POST", headers });
      if (!answer.ok) throw new Error(`Swift answered ${answer.status}.`);
    },
    stop: async () => {
      await Promise.all(daemons.map((daemon) => daemon.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Varnish = { url: string; address: string; stop: () => Promise<void> };

/** Varnish in front of all buckets, each below its name: it keeps every page for an hour, and takes PURGE and BAN. */
export async function startVarnish(swift: Swift): Promise<Varnish> {
  const folder = mkdtempSync(path.join(tmpdir(), "varnish-"));
  const port = await freePort();
  const file = path.join(folder, "site.vcl");
  const [, backend] = swift.address.split(":");
  writeFileSync(
    file,
    `vcl 4.1;
backend site { .host = "127.0.0.1"; .port = "${backend ?? ""}"; }
sub vcl_recv {
  if (req.method == "BAN") { ban("obj.status != 0"); return (synth(200, "Banned")); }
  if (req.method == "PURGE") { return (purge); }
}
sub vcl_backend_fetch {
  if (bereq.url ~ "/$") { set bereq.url = bereq.url + "index.html"; }
  set bereq.url = "/v1/AUTH_test" + bereq.url;
}
sub vcl_backend_response { set beresp.ttl = 1h; set beresp.uncacheable = false; return (deliver); }
`,
  );
  const daemon = startDaemon(programPath("varnishd") ?? "varnishd", [
    ...["-F", "-a", `127.0.0.1:${port}`, "-f", file, "-n", path.join(folder, "work")],
    ...["-s", "malloc,16m", "-j", "none", "-T", "none"],
  ]);
  const url = `http://127.0.0.1:${port}`;
  await until("Varnish", async () => (await fetch(`${url}/`)).status > 0, 60).catch((error: unknown) => {
    throw new Error(daemon.output(), { cause: error });
  });
  return {
    url,
    address: `127.0.0.1:${port}`,
    stop: async () => {
      await daemon.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

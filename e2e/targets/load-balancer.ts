import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { freePort, startBackend, startDaemon, until } from "#e2e/targets/processes.ts";
import type { Backend, Daemon } from "#e2e/targets/processes.ts";
import { programPath } from "#e2e/targets/needs.ts";
import type { JsonObject } from "#lib/domain/json.ts";

export type LoadBalancer = {
  adapter: "haproxy" | "nginx" | "caddy";
  settings: JsonObject;
  allow: string[];
  blue: Backend;
  green: Backend;
  folder: string;
  url: string;
  /** The names of the backends that it sends new requests to, as it says itself or its file does. */
  serving: () => Promise<string[]>;
  /** Whatever may not change while somebody only looks. */
  fingerprint: () => Promise<string>;
  /** Somebody else changes it, behind the product's back. */
  tell: (serving: ("blue" | "green")[]) => Promise<void>;
  restart: () => Promise<void>;
  stopDaemon: () => Promise<void>;
  stop: () => Promise<void>;
};

export const needs = {
  haproxy: { packages: ["haproxy", "socat"], programs: ["haproxy", "socat"] },
  nginx: { packages: ["nginx-light"], programs: ["nginx"] },
  caddy: { packages: ["caddy"], programs: ["caddy"] },
} as const;

/** The version that its answer tells. */
export async function servedBy(url: string): Promise<string> {
  const answer = await fetch(`${url}/version`, { headers: { connection: "close" } });
  const { version = `status ${answer.status}` } = (await answer.json()) as { version?: string };
  return version;
}

/**
 * Two backends, blue with 2.3.0 and green with 2.4.0, and a real load balancer in front that sends all to green.
 * `backends`: addresses of others, which answer GET /version as well and are stopped by whoever started them.
 */
export async function startLoadBalancer(
  kind: LoadBalancer["adapter"],
  options: { tcp?: boolean; backends?: { blue: string; green: string } } = {},
): Promise<LoadBalancer> {
  const folder = mkdtempSync(path.join(tmpdir(), `${kind}-`));
  const { backends } = options;
  const [blue, green] = backends
    ? [elsewhere(backends.blue), elsewhere(backends.green)]
    : await Promise.all([startBackend("2.3.0"), startBackend("2.4.0")]);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const place = { folder, blue, green, port };
  const made = await { haproxy: haproxyPlace, nginx: nginxPlace, caddy: caddyPlace }[kind](place, options);
  let daemon: Daemon = made.start();
  const ready = (): Promise<void> =>
    until(`${kind} in ${folder}: ${daemon.output()}`, async () => (await servedBy(url)).startsWith("2."));
  await ready();
  return {
    ...made,
    adapter: kind,
    settings: { address: `${url}/version`, samples: 5, readySeconds: 3, drainSeconds: 5, ...made.settings },
    allow: [`127.0.0.1:${port}`, blue.address, green.address, ...made.allow],
    folder,
    url,
    blue,
    green,
    stopDaemon: () => daemon.stop(),
    restart: async () => {
      await daemon.stop();
      daemon = made.start();
      await ready();
    },
    stop: async () => {
      await daemon.stop();
      await Promise.all([blue.stop(), green.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function elsewhere(address: string): Backend {
  const none = (): number => 0;
  return {
    ...{ address, port: Number(address.split(":")[1]), held: none, answered: none },
    set: () => undefined,
    release: () => undefined,
    stop: () => Promise.resolve(),
  };
}

type Place = { folder: string; blue: Backend; green: Backend; port: number };
type Made = Pick<LoadBalancer, "settings" | "allow" | "serving" | "fingerprint" | "tell"> & {
  start: () => Daemon;
};

async function haproxyPlace({ folder, blue, green, port }: Place, options: { tcp?: boolean }): Promise<Made> {
  const socket = path.join(folder, "admin.sock");
  const state = path.join(folder, "server-state");
  const runtimePort = await freePort();
  writeFileSync(state, "");
  const config = path.join(folder, "haproxy.cfg");
  const lines = [
    "global",
    `  stats socket ${socket} mode 600 level admin`,
    `  stats socket ${path.join(folder, "look.sock")} mode 600 level user`,
    `  stats socket ipv4@127.0.0.1:${runtimePort} level admin`,
    `  server-state-file ${state}`,
    "defaults",
    "  mode http",
    "  load-server-state-from-file global",
    "  timeout connect 1s",
    "  timeout client 60s",
    "  timeout server 60s",
    "frontend shop",
    `  bind 127.0.0.1:${port}`,
    "  default_backend shop",
    "backend shop",
    "  option httpchk GET /version",
    "  default-server check inter 200ms rise 1 fall 2",
    `  server blue ${blue.address} weight 10 disabled`,
    `  server green ${green.address} weight 10`,
    "",
  ];
  writeFileSync(config, lines.join("\n"));
  const ask = async (command: string): Promise<string> => {
    const connection = connect({ path: socket });
    connection.write(`${command}\n`);
    return text(connection);
  };
  const rows = async () =>
    (await ask("show servers state shop"))
      .split("\n")
      .filter((line) => / shop /.test(line))
      .map((line) => line.split(" "));
  return {
    settings: {
      ...(options.tcp === true ? { tcp: `127.0.0.1:${runtimePort}` } : { socket }),
      backend: "shop",
      stateFile: state,
      probePath: "/version",
    },
    allow: [`127.0.0.1:${runtimePort}`],
    start: () => startDaemon(programPath("haproxy") ?? "haproxy", ["-db", "-f", config]),
    serving: async () =>
      (await rows()).flatMap((cells) => ((Number(cells[6]) & 0x3b) === 0 ? [cells[3] ?? ""] : [])),
    fingerprint: async () => {
      const states = (await rows()).map((cells) => [cells[3], cells[6], cells[7]].join(" "));
      return `${states.join("; ")} ${readFileSync(state, "utf8")}`;
    },
    tell: async (serving) => {
      for (const name of ["blue", "green"] as const)
        await ask(`set server shop/${name} state ${serving.includes(name) ? "ready" : "drain"}`);
    },
  };
}

function nginxPlace({ folder, blue, green, port }: Place): Promise<Made> {
  const included = path.join(folder, "upstream.conf");
  const [config, pidFile] = [path.join(folder, "nginx.conf"), path.join(folder, "nginx.pid")];
  const upstream = (serving: readonly string[]): string =>
    [
      "# who serves",
      "upstream shop {",
      `    server ${blue.address} max_fails=0${serving.includes("blue") ? "" : " down"}; # blue`,
      `    server ${green.address} max_fails=0${serving.includes("green") ? "" : " down"}; # green`,
      "    keepalive 4;",
      "}",
      "",
    ].join("\n");
  mkdirSync(path.join(folder, "tmp"));
  writeFileSync(included, upstream(["green"]));
  writeFileSync(
    config,
    [
      `pid ${pidFile};`,
      `error_log ${path.join(folder, "error.log")};`,
      "daemon off;",
      "user root;",
      "worker_processes 2;",
      "events { worker_connections 64; }",
      "http {",
      "  access_log off;",
      ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (name) => `  ${name}_temp_path ${path.join(folder, "tmp", name)};`,
      ),
      `  include ${included};`,
      "  server {",
      `    listen 127.0.0.1:${port};`,
      '    location / { proxy_pass http://shop; proxy_http_version 1.1; proxy_set_header Connection ""; }',
      "  }",
      "}",
      "",
    ].join("\n"),
  );
  const daemon = programPath("nginx") ?? "nginx";
  const read = (): string => (existsSync(included) ? readFileSync(included, "utf8") : "");
  return Promise.resolve({
    settings: {
      includeFile: included,
      upstream: "shop",
      backends: { blue: blue.address, green: green.address },
      configFile: config,
      pidFile,
      nginx: daemon,
      probePath: "/version",
    },
    allow: [],
    start: () => startDaemon(daemon, ["-c", config, "-p", folder], { stopSignal: "SIGTERM" }),
    serving: () =>
      Promise.resolve(
        ["blue", "green"].filter((name) => new RegExp(`server (?:(?!down).)*; # ${name}`).test(read())),
      ),
    fingerprint: () => Promise.resolve(read()),
    tell: (serving) => {
      writeFileSync(included, upstream(serving));
      process.kill(Number(readFileSync(pidFile, "utf8")), "SIGHUP");
      return Promise.resolve();
    },
  });
}

async function caddyPlace({ folder, blue, green, port }: Place): Promise<Made> {
  const admin = await freePort();
  const config = path.join(folder, "caddy.json");
  const handle = { "@id": "shop", handler: "reverse_proxy", upstreams: [{ dial: green.address }] };
  const server = {
    listen: [`127.0.0.1:${port}`],
    automatic_https: { disable: true },
    routes: [{ handle: [handle] }],
  };
  writeFileSync(
    config,
    JSON.stringify({
      admin: { listen: `127.0.0.1:${admin}` },
      apps: { http: { grace_period: "30s", servers: { shop: server } } },
    }),
  );
  const at = `http://127.0.0.1:${admin}/id/shop/upstreams`;
  const read = async (): Promise<{ dial: string }[]> =>
    (await (await fetch(at)).json()) as { dial: string }[];
  const names = new Map([
    [blue.address, "blue"],
    [green.address, "green"],
  ]);
  const addresses = { blue: blue.address, green: green.address };
  return {
    settings: {
      admin: `http://127.0.0.1:${admin}`,
      upstreams: "/id/shop/upstreams",
      backends: addresses,
      probePath: "/version",
    },
    allow: [`127.0.0.1:${admin}`],
    start: () =>
      startDaemon(programPath("caddy") ?? "caddy", ["run", "--config", config], {
        env: { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
      }),
    serving: async () => (await read()).map(({ dial }) => names.get(dial) ?? dial),
    fingerprint: async () => JSON.stringify(await read()),
    tell: async (serving) => {
      const body = JSON.stringify(serving.map((name) => ({ dial: addresses[name] })));
      await fetch(at, { method: "PATCH", headers: { "content-type": "application/json" }, body });
    },
  };
}

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort, startDaemon, until } from "#e2e/targets/processes.ts";

export const rabbitNeeds = {
  packages: ["rabbitmq-server"],
  programs: ["/usr/lib/rabbitmq/bin/rabbitmq-server"],
};

export type RabbitServer = {
  url: string;
  address: string;
  user: string;
  password: string;
  call: (method: string, path: string, body?: object) => Promise<number>;
  stop: () => Promise<void>;
};

/** RabbitMQ with its management, on loopback, with everything in a temporary folder. */
export async function startRabbit(): Promise<RabbitServer> {
  const folder = await mkdtemp(path.join(tmpdir(), "lastgood-rabbit-"));
  const [amqp, management, distribution, mapper] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const file = (name: string): string => path.join(folder, name);
  const [user, password] = ["watcher", "R4bbit+se cret"];
  await writeFile(
    file("rabbitmq.conf"),
    [
      `listeners.tcp.default = 127.0.0.1:${amqp}`,
      "management.tcp.ip = 127.0.0.1",
      `management.tcp.port = ${management}`,
      `default_user = ${user}`,
      `default_pass = ${password}`,
      "default_user_tags.administrator = true",
      "",
    ].join("\n"),
  );
  await writeFile(file("enabled_plugins"), "[rabbitmq_management].\n");
  const env = {
    HOME: folder,
    RABBITMQ_NODENAME: `lastgood${amqp}@localhost`,
    RABBITMQ_MNESIA_BASE: file("mnesia"),
    RABBITMQ_LOG_BASE: file("log"),
    RABBITMQ_CONFIG_FILE: file("rabbitmq.conf"),
    RABBITMQ_ENABLED_PLUGINS_FILE: file("enabled_plugins"),
    RABBITMQ_PID_FILE: file("pid"),
    RABBITMQ_DIST_PORT: String(distribution),
    ERL_EPMD_PORT: String(mapper),
    ERL_EPMD_ADDRESS: "127.0.0.1",
  };
  // Erlang's mapper of ports would outlive the server where the server had to start it.
  const names = startDaemon("/usr/bin/epmd", ["-port", String(mapper), "-address", "127.0.0.1"]);
  const daemon = startDaemon("/usr/lib/rabbitmq/bin/rabbitmq-server", [], { env });
  const url = `http://127.0.0.1:${management}`;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const call: RabbitServer["call"] = async (method, place, body) => {
    const answer = await fetch(`${url}${place}`, {
      method,
      headers: { authorization, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  await until(`RabbitMQ: ${daemon.output()}`, async () => (await call("GET", "/api/overview")) === 200, 90);
  return {
    url,
    address: `127.0.0.1:${management}`,
    user,
    password,
    call,
    stop: async () => {
      await daemon.stop();
      await names.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { missing, programPath } from "#e2e/targets/needs.ts";

export const prometheusMissing = missing({
  packages: ["prometheus", "prometheus-node-exporter"],
  programs: ["prometheus", "prometheus-node-exporter"],
});

const patienceMs = 30_000;

export type PrometheusServer = {
  url: string;
  address: string;
  /** What the job `shop` says when it is scraped; null: it is down. */
  shop: { metrics: () => Promise<string | null> };
  /** Waits until a query gives this value. */
  until: (query: string, value: string) => Promise<void>;
  stop: () => Promise<void>;
};

/** Prometheus that scrapes node exporter (job `node`) and a service of ours (job `shop`) each second. */
export async function startPrometheus(): Promise<PrometheusServer> {
  const folder = await mkdtemp(path.join(tmpdir(), "prometheus-"));
  const shop: PrometheusServer["shop"] = { metrics: () => Promise.resolve(null) };
  const service = createServer((_request, response) => {
    const down = (): null => null;
    void shop
      .metrics()
      .then((text) => text, down)
      .then((text) => {
        if (text === null) response.writeHead(503).end();
        else response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(text);
      });
  });
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  const [node, own] = [await freePort(), await freePort()];
  const shopAddress = `127.0.0.1:${(service.address() as AddressInfo).port}`;
  const job = (name: string, address: string) =>
    `  - job_name: ${name}\n    static_configs: [{ targets: ["${address}"] }]\n`;
  const jobs = job("node", `127.0.0.1:${node}`) + job("shop", shopAddress);
  const file = path.join(folder, "prometheus.yml");
  await writeFile(file, `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n${jobs}`);
  const exporter = start("prometheus-node-exporter", [
    `--web.listen-address=127.0.0.1:${node}`,
    "--collector.disable-defaults",
    "--collector.cpu",
    "--collector.loadavg",
  ]);
  const url = `http://127.0.0.1:${own}`;
  const server = start("prometheus", [
    `--config.file=${file}`,
    `--storage.tsdb.path=${path.join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${own}`,
  ]);
  const until = async (query: string, value: string): Promise<void> => {
    const end = Date.now() + patienceMs;
    for (;;) {
      const seen = await ask(url, query);
      if (seen === value) return;
      if (Date.now() > end)
        throw new Error(`${query} is ${seen ?? "nothing"} and not ${value}.\n${server.said()}`);
      await delay(100);
    }
  };
  const stop = async (): Promise<void> => {
    await Promise.all([server.stop(), exporter.stop()]);
    service.closeAllConnections();
    service.close();
    await rm(folder, { recursive: true });
  };
  try {
    await until('up{job="node"}', "1");
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, address: `127.0.0.1:${own}`, shop, until, stop };
}

/** The first value; null: none, or nobody answers yet. */
async function ask(url: string, query: string): Promise<string | null> {
  try {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = (await answer.json()) as { data?: { result?: { value?: [number, string] }[] } };
    return data?.result?.[0]?.value?.[1] ?? null;
  } catch {
    // It is still starting.
    return null;
  }
}

function start(name: string, args: readonly string[]) {
  const child = spawn(programPath(name) ?? name, args, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  return {
    said: () => said,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

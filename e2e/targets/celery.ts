import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { python } from "#e2e/targets/alembic-project.ts";
import { until, startDaemon } from "#e2e/targets/processes.ts";
import type { Daemon } from "#e2e/targets/processes.ts";
import type { RedisServer } from "#e2e/targets/redis.ts";

export const celeryNeeds = {
  packages: ["celery", "python3-celery", "python3-redis", "redis-server"],
  programs: ["redis-server", "/usr/bin/celery"],
};

const application = `import os
from celery import Celery

print("loaded", flush=True)
app = Celery("agents", broker=os.environ["QUEUE_URL"])

@app.task(name="answer")
def answer(question):
    return question
`;

/** A project whose application is agents:app. */
export async function celeryProject(): Promise<{ folder: string; close: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), "lastgood-celery-"));
  await writeFile(path.join(folder, "agents.py"), application);
  return { folder, close: () => rm(folder, { recursive: true, force: true }) };
}

export const brokerUrl = ({ address, password }: RedisServer): string =>
  `redis://:${encodeURIComponent(password)}@${address}/0`;

/** A worker of that application, once it says that it is ready. */
export async function startWorker(folder: string, redis: RedisServer, name: string): Promise<Daemon> {
  const options = ["--pool", "solo", "--concurrency", "1", "--hostname", name, "--loglevel", "info"];
  const daemon = startDaemon(python, ["-B", "-m", "celery", "-A", "agents:app", "worker", ...options], {
    cwd: folder,
    env: { QUEUE_URL: brokerUrl(redis) },
  });
  await until(`the worker ${name}: ${daemon.output()}`, () =>
    Promise.resolve(daemon.output().includes("ready.")),
  );
  return daemon;
}

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { alembicProject, python } from "#e2e/targets/alembic-project.ts";
import type { AlembicProject, Revision } from "#e2e/targets/alembic-project.ts";
import { brokerUrl } from "#e2e/targets/celery.ts";
import type { DatabaseServer } from "#e2e/targets/own-database.ts";
import { freePort } from "#e2e/targets/processes.ts";
import type { RedisServer } from "#e2e/targets/redis.ts";

export const fastapiNeeds = {
  packages: [
    ...["alembic", "python3-psycopg2", "python3-fastapi", "uvicorn"],
    ...["celery", "python3-celery", "python3-redis", "redis-server"],
  ],
  programs: ["/usr/bin/alembic", "/usr/bin/uvicorn", "/usr/bin/celery", "redis-server"],
};

const home = path.join(import.meta.dirname, "fastapi");
const run = promisify(execFile);

/** 2.0.0 wants a confidence for every answer, which 1.0.0 does not know of: it cannot write while the column is there. */
export const agentMigrations: Revision[] = [
  {
    id: "1f00_answers",
    after: [],
    up: [
      'op.create_table("answers", sa.Column("id", sa.Integer, primary_key=True), sa.Column("question", sa.Text), sa.Column("answer", sa.Text))',
    ],
    down: ['op.drop_table("answers")'],
  },
  {
    id: "2f00_confidence",
    after: ["1f00_answers"],
    up: [
      'op.add_column("answers", sa.Column("confidence", sa.Float, nullable=False, server_default="0"))',
      'op.alter_column("answers", "confidence", server_default=None)',
    ],
    down: ['op.drop_column("answers", "confidence")'],
  },
];

export type Agent = {
  folder: string;
  url: string;
  address: string;
  database: string;
  project: AlembicProject;
  hook: string[];
  /** What the service says to a question. */
  ask: (question: string) => Promise<{ status: number; body: Record<string, unknown> }>;
  version: () => Promise<unknown>;
  log: () => Promise<string>;
  stop: () => Promise<void>;
};

/**
 * A FastAPI service with a Celery worker, 1.0.0 deployed and then 2.0.0: which migrated the database, and whose
 * environment file has the worker listen to a queue that nothing is put into.
 */
export async function deployAgent(server: DatabaseServer, redis: RedisServer): Promise<Agent> {
  const folder = await mkdtemp(path.join(tmpdir(), "lastgood-fastapi-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const database = `agents_${port}`;
  await server.create(database);
  const project = await alembicProject(agentMigrations);
  const settings = (release: string, queues: string): string =>
    [
      `RELEASE=${release}`,
      `QUEUES=${queues}`,
      `PORT=${port}`,
      `DATABASE_URL=${server.url(database)}`,
      `QUEUE_URL=${brokerUrl(redis)}`,
      "",
    ].join("\n");
  const file = path.join(folder, "agent.env");
  const releases = path.join(home, "releases");
  const hook = [python, path.join(home, "restart.py"), folder, releases];
  const deploy = async (release: string, queues: string, revision: string): Promise<void> => {
    await project.alembic(server.url(database), "upgrade", revision);
    await writeFile(`${file}.${release}`, settings(release, queues), { mode: 0o600 });
    await writeFile(file, settings(release, queues), { mode: 0o600 });
    await run(python, hook.slice(1));
  };
  const ask: Agent["ask"] = async (question) => {
    const answer = await fetch(`${url}/api/agents/answer`, {
      method: "POST",
      headers: { "content-type": "application/json", connection: "close" },
      body: JSON.stringify({ question }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const stop = async (): Promise<void> => {
    await run(python, [path.join(home, "restart.py"), "stop", folder]);
    await project.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await deploy("v1", "celery", "1f00_answers");
    const { status } = await ask("does v1 work?");
    if (status !== 200) throw new Error(`1.0.0 answers ${status}.`);
    await deploy("v2", "answers-of-v2", "2f00_confidence");
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    folder,
    url,
    address: `127.0.0.1:${port}`,
    database,
    project,
    hook,
    ask,
    version: async () =>
      ((await (await fetch(`${url}/health`)).json()) as Record<string, unknown>)["version"],
    log: () => readFile(path.join(folder, "service.log"), "utf8"),
    stop,
  };
}

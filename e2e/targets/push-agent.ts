import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { python } from "#e2e/targets/alembic-project.ts";
import { startGitHttp } from "#e2e/targets/git-http.ts";
import type { GitServer } from "#e2e/targets/git-http.ts";
import { freePort } from "#e2e/targets/processes.ts";

export const pushAgentNeeds = { packages: ["git", "python3"], programs: ["git", python] };

const home = path.join(import.meta.dirname, "push-agent");
const run = promisify(execFile);

export type Answer = { version: string; tone: string; pid: number; knows: Record<string, string> };

export type PushAgent = {
  url: string;
  address: string;
  /** The file of settings; that of 1.0.0 stands beside it as agent.env.r1. */
  envFile: string;
  hook: string[];
  code: GitServer;
  knowledge: GitServer;
  commits: Record<"code" | "knowledge", { good: string; bad: string }>;
  answer: () => Promise<Answer>;
  stop: () => Promise<void>;
};

const settings = (port: number, tone: string): string => `PORT=${port}\nTONE=${tone}\n`;

/**
 * An agent on a platform of its own, on which a push deploys: one repository for its code, which starts it anew, one
 * for its knowledge base, which does not, and a file of settings. 1.0.0 was deployed, and then 2.0.0, by all three.
 */
export async function startPushAgent(token: string): Promise<PushAgent> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "lastgood-push-")));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const hook = [python, path.join(home, "restart.py"), folder];
  const envFile = path.join(folder, "agent.env");
  const [code, knowledge] = await Promise.all([startGitHttp(token), startGitHttp(token)]);
  const receive = async ({ repository }: GitServer, name: string, then: string): Promise<void> => {
    const work = path.join(folder, name);
    await mkdir(work);
    const file = path.join(repository, "hooks", "post-receive");
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\nset -e\ngit --work-tree=${work} checkout -q -f main\n${then}\n`);
    await chmod(file, 0o755);
  };
  const stop = async (): Promise<void> => {
    await run(python, [path.join(home, "restart.py"), "stop", folder]);
    await Promise.all([code.stop(), knowledge.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
  const program = readFileSync(path.join(home, "agent.py"), "utf8");
  try {
    await receive(code, "code", `exec ${hook.join(" ")}`);
    await receive(knowledge, "knowledge", "");
    await writeFile(`${envFile}.r1`, settings(port, "polite"), { mode: 0o600 });
    await writeFile(envFile, settings(port, "polite"), { mode: 0o600 });
    const goodKnowledge = await knowledge.commit(
      { "prices.md": "10 a month\n", "terms.md": "as agreed\n" },
      "Release 1.0.0",
    );
    const goodCode = await code.commit({ "agent.py": program }, "Release 1.0.0");
    await writeFile(envFile, settings(port, "rude"), { mode: 0o600 });
    const badKnowledge = await knowledge.commit(
      { "prices.md": "0 a month\n", "terms.md": null, "secrets.md": "all of them\n" },
      "Release 2.0.0",
    );
    const badCode = await code.commit({ "agent.py": program.replace("1.0.0", "2.0.0") }, "Release 2.0.0");
    return {
      url,
      address: `127.0.0.1:${port}`,
      envFile,
      hook,
      code,
      knowledge,
      commits: {
        code: { good: goodCode, bad: badCode },
        knowledge: { good: goodKnowledge, bad: badKnowledge },
      },
      answer: async () =>
        (await (await fetch(`${url}/answer`, { headers: { connection: "close" } })).json()) as Answer,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

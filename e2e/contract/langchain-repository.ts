import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const prompts = "agent/prompts";

/** Files of an agent at its good commit, then at its bad one, whose files lie in `into`. Gives the commits. */
export async function agentRepository(folder: string): Promise<{ good: string; bad: string }> {
  const repository = path.join(folder, "repository");
  const into = path.join(folder, "current");
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", repository, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      encoding: "utf8",
    }).trim();
  const write = async (files: Record<string, string>): Promise<void> => {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(repository, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  };
  const commit = (message: string): string => {
    git("add", "-A");
    git("commit", "-q", "-m", message);
    return git("rev-parse", "HEAD");
  };
  await mkdir(repository, { recursive: true });
  git("init", "-q");
  await write({
    "agent/model.json": '{"model":"claude-sonnet-4-20250514","temperature":0}\n',
    "agent/tools.json": '{"tools":["search"]}\n',
    "agent/memory.json": '{"window":10}\n',
    [`${prompts}/system.txt`]: "You help {name}.\n",
    [`${prompts}/answer.mustache`]: "{{#items}}- {{.}}\n{{/items}}",
    "agent/samples.json": '{"system.txt":{"name":"Ada"},"answer.mustache":{"items":["a","b"]}}\n',
  });
  const good = commit("good");
  await write({
    "agent/model.json": '{"model":"claude-latest","temperature":1}\n',
    "agent/tools.json": '{"tools":["search","shell"]}\n',
    "agent/memory.json": '{"window":1000}\n',
    [`${prompts}/system.txt`]: "You help {nam}.\n",
    [`${prompts}/added.txt`]: "{broken\n",
  });
  const bad = commit("bad");
  await mkdir(path.join(into, "prompts"), { recursive: true });
  for (const name of ["model.json", "tools.json", "memory.json", "prompts/system.txt", "prompts/added.txt"])
    await writeFile(
      path.join(into, name),
      execFileSync("git", ["-C", repository, "show", `${bad}:agent/${name}`]),
    );
  await rm(path.join(repository, "agent"), { recursive: true });
  return { good, bad };
}

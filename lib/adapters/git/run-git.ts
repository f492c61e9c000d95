import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { withinBytes } from "#lib/adapters/folder-limit.ts";
import { needProgram } from "#lib/adapters/find-program.ts";
import { gitFault, tooLarge } from "#lib/adapters/git/git-fault.ts";
import type { Settings } from "#lib/adapters/git/schema.ts";
import { openSocket } from "#lib/adapters/guarded-socket.ts";
import { withoutBrackets } from "#lib/adapters/host-name.ts";
import { runProcess } from "#lib/adapters/run-process.ts";
import { withWorkFolder } from "#lib/adapters/work-folder.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

const connectMs = 8000;

export type Git = {
  ctx: Context;
  /** What it printed. Throws Fault; `mayHaveActed`: `unknown` where it is not certain that nothing was done. */
  run: (args: readonly string[], more?: { mayHaveActed?: boolean; input?: string }) => Promise<string>;
};

/** A bare repository of its own in a temporary folder, which is removed after `work`. Throws Fault. */
export async function withRepository<T>(ctx: Context, work: (git: Git) => Promise<T>): Promise<T> {
  const program = needProgram("git", ctx.settings.git);
  return withWorkFolder("git", async (folder) => {
    const environment = await environmentOf(ctx, folder);
    const git: Git = {
      ctx,
      run: async (args, { mayHaveActed = false, input } = {}) => {
        const verb = args.find((word) => !word.startsWith("-")) ?? "";
        const mostBytes = ctx.settings.maxMegabytes * 1_000_000;
        const within = await withinBytes(folder, mostBytes, ctx.signal, (signal) =>
          runProcess({
            command: [program, ...args],
            workingFolder: folder,
            environment,
            input,
            timeoutMs: ctx.settings.timeoutSeconds * 1000,
            signal,
            redact: ctx.redact,
            log: () => undefined,
            endsGroup: true,
            keepsStdout: true,
          }),
        );
        if (within.isTooLarge) throw tooLarge(verb, mayHaveActed, ctx.settings);
        const end = within.result;
        if (end.how === "exited" && end.exitCode === 0) return end.stdout.toString("utf8");
        const said = `${ctx.redact(end.stdout.toString("utf8").slice(0, 20_000))}\n${end.output}`;
        throw gitFault({
          verb,
          end,
          said,
          mayHaveActed,
          settings: ctx.settings,
        });
      },
    };
    await makeRepository(path.join(folder, "repository"), ctx.settings.url);
    return await work(git);
  });
}

/** What `git init` and `git remote add` would make. */
async function makeRepository(folder: string, url: string): Promise<void> {
  for (const name of ["objects", "refs"]) await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, "HEAD"), "ref: refs/heads/none\n");
  const quoted = `"${url.replaceAll(/["\\]/g, "\\$&")}"`;
  const lines = ["[core]", "repositoryformatversion = 0", '[remote "origin"]', `url = ${quoted}`];
  await writeFile(path.join(folder, "config"), `${lines.join("\n")}\n`);
}

/** All that git is told besides its arguments. Credentials stand here and nowhere else. */
async function environmentOf(ctx: Context, folder: string): Promise<Record<string, string>> {
  const { url, username, author, caFile } = ctx.settings;
  const isHttp = /^https?:/.test(url);
  const scheme = isHttp ? new URL(url).protocol.slice(0, -1) : "file";
  const token = ctx.secrets["token"];
  const options: [string, string][] = [
    ["core.hooksPath", "/dev/null"],
    ["core.quotePath", "true"],
    ["protocol.allow", "never"],
    [`protocol.${scheme}.allow`, "always"],
    ["credential.helper", ""],
    // Another host would get the credentials, and is not on the allow-list.
    ["http.followRedirects", "false"],
    ["http.proxy", ""],
    ["gc.auto", "0"],
    ["maintenance.auto", "false"],
    ["init.defaultBranch", "none"],
    ["safe.directory", "*"],
  ];
  if (caFile !== undefined) options.push(["http.sslCAInfo", caFile]);
  if (isHttp && token !== undefined) {
    const basic = Buffer.from(`${username}:${token}`).toString("base64");
    options.push(["http.extraHeader", `Authorization: Basic ${basic}`]);
  }
  if (isHttp) options.push(...(await pinned(ctx, new URL(url))));
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    LC_ALL: "C",
    HOME: folder,
    GIT_DIR: path.join(folder, "repository"),
    GIT_WORK_TREE: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS: "",
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_CONFIG_COUNT: String(options.length),
    ...Object.fromEntries(
      options.flatMap(([key, value], at) => [
        [`GIT_CONFIG_KEY_${at}`, key],
        [`GIT_CONFIG_VALUE_${at}`, value],
      ]),
    ),
  };
}

/** git connects by itself: to the addresses that were checked, whatever the name means by then. */
async function pinned(ctx: Context, url: URL): Promise<[string, string][]> {
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  if (!ctx.allowed(url.hostname, port))
    throw new Fault(
      "permanent",
      "ADDRESS_REFUSED",
      `${url.hostname}:${port} is not on the allow-list of this environment.`,
      `If that is meant, an admin adds ${url.hostname}:${port} to it.`,
    );
  const found = await ctx.addresses(url.hostname, port);
  // git itself waits for minutes where nobody answers.
  const socket = await openSocket(ctx, { host: url.hostname, port, timeoutMs: connectMs });
  socket.destroy();
  const host = withoutBrackets(url.hostname);
  const addresses = found.map(({ address, family }) => (family === 6 ? `[${address}]` : address));
  if (host.includes(":") || addresses.includes(host)) return [];
  return [["http.curloptResolve", `${host}:${port}:${addresses.join(",")}`]];
}

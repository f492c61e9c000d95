import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { missing } from "#e2e/targets/needs.ts";

export const gitMissing = missing({ packages: ["git"], programs: ["git"] });

export type GitServer = {
  url: string;
  address: string;
  /** The bare repository on disk. */
  repository: string;
  /** Runs git in the repository, and gives what it prints. */
  git: (...args: string[]) => string;
  /** Commits these files (null: removed) to main as somebody else, and gives the commit. */
  commit: (files: Record<string, string | null>, message: string) => Promise<string>;
  /** How often something was pushed that changed a ref. */
  pushes: () => number;
  /** What the server does to the next push. */
  next: {
    beforePush?: () => Promise<unknown>;
    /** The push arrives, and its answer does not. */
    cutsAnswer?: boolean;
    /** Of one request. */
    status?: number;
    redirect?: string;
  };
  stop: () => Promise<void>;
};

/** `git http-backend` behind a small bridge, with an empty repository that takes pushes from whoever has the token. */
export async function startGitHttp(token: string): Promise<GitServer> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "git-http-")));
  const repository = path.join(folder, "shop.git");
  const work = path.join(folder, "work");
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Ann",
    GIT_AUTHOR_EMAIL: "ann@example.com",
    GIT_COMMITTER_NAME: "Ann",
    GIT_COMMITTER_EMAIL: "ann@example.com",
  } as unknown as NodeJS.ProcessEnv;
  const run = (cwd: string, args: string[]): string =>
    execFileSync("git", args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  run(folder, ["init", "-q", "--bare", "-b", "main", repository]);
  run(repository, ["config", "http.receivepack", "true"]);
  run(repository, ["config", "uploadpack.allowFilter", "true"]);
  run(folder, ["init", "-q", "-b", "main", work]);
  run(work, ["remote", "add", "origin", repository]);
  const refs = (): string => run(repository, ["for-each-ref"]);
  let pushed = 0;
  const next: GitServer["next"] = {};

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const basic = `Basic ${Buffer.from(`git:${token}`).toString("base64")}`;
    if (request.headers.authorization !== basic) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
      return;
    }
    if (next.redirect !== undefined) {
      response.writeHead(302, { location: next.redirect }).end();
      return;
    }
    const isPush = request.method === "POST" && url.pathname.endsWith("/git-receive-pack");
    const body = await buffer(request);
    if (isPush) await next.beforePush?.();
    const { status } = next;
    if (status !== undefined) {
      delete next.status;
      response.writeHead(status).end();
      return;
    }
    const before = isPush ? refs() : "";
    const child = spawn("git", ["http-backend"], {
      env: {
        ...env,
        GIT_PROJECT_ROOT: folder,
        GIT_HTTP_EXPORT_ALL: "1",
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method ?? "GET",
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        CONTENT_LENGTH: String(body.length),
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
        GIT_PROTOCOL: request.headers["git-protocol"]?.toString() ?? "",
        REMOTE_USER: "git",
      },
      stdio: ["pipe", "pipe", "ignore"],
    });
    child.stdin.on("error", () => child.stdin.destroy());
    child.stdin.end(body);
    const output = await buffer(child.stdout);
    if (isPush && refs() !== before) pushed += 1;
    if (isPush && next.cutsAnswer === true) {
      request.socket.destroy();
      return;
    }
    const end = output.indexOf("\r\n\r\n");
    const headers = Object.fromEntries(
      output
        .subarray(0, end)
        .toString()
        .split("\r\n")
        .map((line) => line.split(/: ?(.*)/, 2) as [string, string]),
    );
    const { Status: said = "200", ...rest } = headers;
    response.writeHead(Number.parseInt(said), rest).end(output.subarray(end + 4));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  const port = bound !== null && typeof bound !== "string" ? bound.port : 0;
  return {
    url: `http://127.0.0.1:${port}/shop.git`,
    address: `127.0.0.1:${port}`,
    repository,
    git: (...args) => run(repository, args),
    commit: async (files, message) => {
      if (run(repository, ["for-each-ref", "refs/heads/main"]) !== "")
        run(work, ["pull", "-q", "--ff-only", "origin", "main"]);
      for (const [name, content] of Object.entries(files)) {
        const file = path.join(work, name);
        await mkdir(path.dirname(file), { recursive: true });
        if (content === null) await rm(file);
        else await writeFile(file, content);
      }
      run(work, ["add", "-A"]);
      run(work, ["commit", "-q", "-m", message]);
      run(work, ["push", "-q", "origin", "main"]);
      return run(work, ["rev-parse", "HEAD"]);
    },
    pushes: () => pushed,
    next,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Version 1.0.0, tagged; then 2.0.0, which changes, adds and removes a file, and one commit more. Gives 1.0.0. */
export async function twoReleases(server: GitServer): Promise<string> {
  await server.commit({ "api.py": "first\n", "docs/guide.md": "guide\n" }, "Begin");
  const good = await server.commit({ "api.py": "good\n", "flags/cache.json": "{}\n" }, "Release 1.0.0");
  server.git("tag", "-a", "v1.0.0", "-m", "1.0.0", good);
  await server.commit(
    { "api.py": "bad\n", "flags/cache.json": null, "flags/new.json": "{}\n" },
    "Release 2.0.0",
  );
  server.git("tag", "v2.0.0", "main");
  await server.commit({ "docs/guide.md": "better guide\n" }, "Write more");
  return good;
}

import fs from "node:fs";
import { fingerprint, isStamped, stamp } from "./fingerprint.mjs";
import { isInstalled } from "./is-installed.mjs";
import { inRoot, node } from "./paths.mjs";
import { progress } from "./progress.mjs";
import { runQuietly } from "./run-quietly.mjs";
import { withSetUpLock } from "./set-up-lock.mjs";

const installStamp = "node_modules/.lastgood-lock";
const clientStamp = "prisma/generated/.lastgood-schema";
const buildStamp = ".next/.lastgood-build";

/** @type {(name: string) => boolean} What a page cannot reach: the floors forbid it. */
const isOutsideTheBuild = (name) =>
  /^(prisma\/generated|lib\/(cli|processes|sandbox|workflows))$|\.test\.tsx?$/.test(name);

const lockHash = () => fingerprint(["package-lock.json"]);
const clientHash = () => fingerprint(["prisma/schema.prisma", "prisma.config.ts", "package-lock.json"]);
const buildHash = () =>
  fingerprint(
    [
      "app",
      "components",
      "lib",
      "prisma/schema.prisma",
      "public",
      "next.config.ts",
      "postcss.config.mjs",
      "tsconfig.json",
      "package.json",
      "package-lock.json",
    ],
    isOutsideTheBuild,
  );

/**
 * Brings the clone to where the task can run: dependencies, database client and, if asked for, the pages.
 * Only what changed since the last time is done again.
 *
 * @param {{ needsBuild: boolean, output: NodeJS.WritableStream, beforeBuild?: () => Promise<void> }} options
 *   `beforeBuild`: looks for what would make the build a waste of time
 */
export async function setUp({ needsBuild, output, beforeBuild = async () => undefined }) {
  const isDone = () =>
    isStamped(installStamp, lockHash()) &&
    isStamped(clientStamp, clientHash()) &&
    (!needsBuild || isStamped(buildStamp, buildHash()));
  if (isDone()) return;
  await withSetUpLock(async () => {
    await install(output);
    await generateClient(output);
    if (needsBuild) await build(output, beforeBuild);
  });
}

/** @param {NodeJS.WritableStream} output */
async function install(output) {
  const hash = lockHash();
  if (isStamped(installStamp, hash)) return;
  if (!isInstalled()) {
    await progress(output, "Installing dependencies (about 40 s)", () =>
      runQuietly(
        ...npm(["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"]),
        { NODE_ENV: undefined, ...withoutSchemaEngine },
        { failure: "npm could not install the dependencies.", hide: /EBADENGINE|npm warn/i },
      ),
    );
  }
  if (!fs.existsSync(node)) {
    throw new Error(
      "The npm package `node` has not brought its binary: npm must be allowed to run install scripts.",
    );
  }
  stamp(installStamp, hash);
}

/** The client needs no engine; Prisma only insists that the named file exists, and would else download one. */
const withoutSchemaEngine = {
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  PRISMA_HIDE_UPDATE_MESSAGE: "1",
};

/** @param {NodeJS.WritableStream} output */
async function generateClient(output) {
  const hash = clientHash();
  if (isStamped(clientStamp, hash)) return;
  if (!fs.existsSync(inRoot("prisma/schema.prisma"))) return;
  await progress(output, "Generating the database client", () =>
    runQuietly(
      node,
      [inRoot("node_modules/prisma/build/index.js"), "generate"],
      { ...withoutSchemaEngine, CHECKPOINT_DISABLE: "1" },
      { failure: "The database client could not be generated." },
    ),
  );
  stamp(clientStamp, hash);
}

/**
 * @param {NodeJS.WritableStream} output
 * @param {() => Promise<void>} beforeBuild
 */
async function build(output, beforeBuild) {
  const hash = buildHash();
  if (isStamped(buildStamp, hash)) return;
  await beforeBuild();
  fs.rmSync(inRoot(buildStamp), { force: true });
  await progress(output, "Building the pages (about 25 s)", () =>
    runQuietly(
      node,
      [inRoot("node_modules/next/dist/bin/next"), "build"],
      { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
      { failure: "The pages could not be built." },
    ),
  );
  stamp(buildStamp, hash);
}

/**
 * @param {string[]} args
 * @returns {[string, string[]]}
 */
function npm(args) {
  const script = process.env["npm_execpath"];
  return script?.endsWith("npm-cli.js") ? [process.execPath, [script, ...args]] : ["npm", args];
}

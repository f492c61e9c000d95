import fs from "node:fs";
import path from "node:path";
import { inRoot } from "./paths.mjs";

const lockFile = inRoot(".lastgood-setup.lock");

/**
 * Two commands started at once must not install or build into the same folders.
 *
 * @param {() => Promise<void>} work
 */
export async function withSetUpLock(work) {
  while (!take()) await new Promise((resolve) => setTimeout(resolve, 300));
  const release = () => fs.rmSync(lockFile, { force: true });
  const stop = () => {
    release();
    process.exit(130);
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    await work();
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    release();
  }
}

function take() {
  const mine = `${lockFile}.${process.pid}`;
  fs.writeFileSync(mine, String(process.pid));
  try {
    // A link appears whole or not at all, so nobody ever reads a half-written lock.
    fs.linkSync(mine, lockFile);
    return true;
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "EEXIST") {
      throw new Error(`The folder ${path.dirname(lockFile)} cannot be written.`, { cause: error });
    }
    if (!isHeld()) fs.rmSync(lockFile, { force: true });
    return false;
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

function isHeld() {
  try {
    process.kill(Number(fs.readFileSync(lockFile, "utf8")), 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

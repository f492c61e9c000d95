import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { readFileIfPresent, writeFileAtomically } from "./atomic-file.ts";

/** Changes whenever the code of the fleet, or the Node that runs it, does. */
const codeStamp = (directory: string): string => {
  const changed = readdirSync(directory).map((name) => statSync(join(directory, name)).mtimeMs);
  return `${process.version} ${directory} ${changed.length} ${Math.max(...changed)}`;
};

/**
 * Compiles the children's code once, into `cache`. A process that finds its code there does not load the TypeScript
 * stripper and needs about 16 MB less.
 */
export const fillCompileCache = async (script: string, cache: string): Promise<void> => {
  const mark = join(cache, "filled");
  const stamp = codeStamp(dirname(script));
  if (readFileIfPresent(mark) === stamp) return;
  const child = spawn(process.execPath, [script, "warm"], {
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) writeFileAtomically(mark, stamp);
};

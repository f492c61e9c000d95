import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";

const fileOf = (dataFolder: string, name: string): string => path.join(dataFolder, "secrets", name);

/** A secret kept in the data folder, or undefined when there is none of that name. */
export function storedSecret(dataFolder: string, name: string): string | undefined {
  try {
    return fs.readFileSync(fileOf(dataFolder, name), "utf8").trim();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unusable(dataFolder, error);
  }
}

/**
 * A secret of the installation: made on first use (or taken from `initial`), readable by the owner only, the same
 * ever after and for every process that shares the data folder, however many ask at once.
 */
export function keptSecret(
  dataFolder: string,
  name: string,
  initial: () => string = () => randomBytes(32).toString("base64url"),
): string {
  const known = storedSecret(dataFolder, name);
  if (known !== undefined) return known;
  const file = fileOf(dataFolder, name);
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    fs.writeFileSync(draft, `${initial()}\n`, { mode: 0o600, flag: "wx", flush: true });
    // A link appears whole or not at all, and only for the first of several.
    fs.linkSync(draft, file);
  } catch (error) {
    if (!isTaken(error)) throw unusable(dataFolder, error);
  } finally {
    fs.rmSync(draft, { force: true });
  }
  return fs.readFileSync(file, "utf8").trim();
}

/** What signs sessions: LASTGOOD_SECRET where given (several machines need the same), else kept in the data folder. */
export function sessionSecret(config: { secret: string | undefined; dataFolder: string }): string {
  return config.secret ?? keptSecret(config.dataFolder, "session");
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;
const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT";
const isTaken = (error: unknown): boolean => codeOf(error) === "EEXIST";

const unusable = (dataFolder: string, error: unknown): ConfigurationFault =>
  new ConfigurationFault(
    `The folder ${path.join(dataFolder, "secrets")} cannot be used (${String(codeOf(error))}).`,
    { cause: error },
  );

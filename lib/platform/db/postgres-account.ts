import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";

/** The account under which PostgreSQL runs when we are root, since it refuses to run as root. */
export type Account = { name: string; uid: number; gid: number };

/** undefined: as ourselves. Makes an account `postgres` where there is none. Throws ConfigurationFault. */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const known = find("postgres");
  if (known !== undefined) return known;
  spawnSync("useradd", [
    "--system",
    "--user-group",
    "--no-create-home",
    "--shell",
    "/usr/sbin/nologin",
    "postgres",
  ]);
  const account = find("postgres") ?? find("nobody");
  if (account !== undefined) return account;
  throw new ConfigurationFault(
    "PostgreSQL does not run as root and no other account can be made here; start Lastgood as an ordinary user.",
  );
}

/** How to start a program of PostgreSQL as `account`, even where the way to its folders is closed to that account. */
export function asAccount(
  account: Account | undefined,
  folders: readonly string[],
  file: string,
  args: readonly string[],
): { file: string; args: readonly string[]; ids: { uid?: number; gid?: number } } {
  if (account === undefined) return { file, args, ids: {} };
  const closed = folders.map(closedFolderAbove).find((folder) => folder !== undefined);
  if (closed === undefined) return { file, args, ids: { uid: account.uid, gid: account.gid } };
  // A clone below /root: the account may not even walk there. One capability lets it, without opening the folder.
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((candidate) => fs.existsSync(candidate));
  if (setpriv === undefined) {
    throw new ConfigurationFault(
      `The account ${account.name}, which runs PostgreSQL, may not enter ${closed}; ` +
        "move the clone and LASTGOOD_DATA elsewhere, or start Lastgood as an ordinary user.",
    );
  }
  return {
    file: setpriv,
    args: [
      `--reuid=${account.uid}`,
      `--regid=${account.gid}`,
      "--clear-groups",
      "--inh-caps=+dac_override",
      "--ambient-caps=+dac_override",
      "--",
      file,
      ...args,
    ],
    ids: {},
  };
}

function find(name: string): Account | undefined {
  for (const line of fs.readFileSync("/etc/passwd", "utf8").split("\n")) {
    const [found, , uid, gid] = line.split(":");
    if (found === name && uid !== undefined && gid !== undefined)
      return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

function closedFolderAbove(folder: string): string | undefined {
  for (let current = path.dirname(fs.realpathSync(folder)); ; current = path.dirname(current)) {
    if ((fs.statSync(current).mode & 0o001) === 0) return current;
    if (current === path.dirname(current)) return undefined;
  }
}

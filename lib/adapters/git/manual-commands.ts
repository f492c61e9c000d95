import type { KnownGood, Revert, Settings, Tree } from "#lib/adapters/git/schema.ts";
import { shellCommand, shellQuote } from "#lib/adapters/shell-quote.ts";

/** In a clone of the repository. git asks for the user's own credentials. */
export const recordCommand = ({ url, branch }: Settings): string =>
  shellCommand(["git", "ls-remote", url, `refs/heads/${branch}`]);

export function confirmCommand({ url, branch, paths = [] }: Settings, { commit }: KnownGood): string {
  return `${fetch(url, branch)} && ${shellCommand(["git", "diff", "--stat", "FETCH_HEAD", commit, "--", ...paths])}`;
}

export function verifyCommand({ url, branch, paths = [] }: Settings, { commit }: Tree): string {
  return `${fetch(url, branch)} && ${shellCommand(["git", "diff", "--quiet", "FETCH_HEAD", commit, "--", ...paths])}`;
}

export function revertCommand({ url, branch }: Settings, desired: Revert): string {
  const { commit, head, version, rollback, entries } = desired;
  const isThere = `[ "$(git rev-parse FETCH_HEAD)" = ${shellQuote(head)} ]`;
  const detached = shellCommand(["git", "checkout", "--quiet", "--detach", head]);
  const put =
    entries === null
      ? shellCommand(["git", "read-tree", "-u", "--reset", commit])
      : entries
          .map(({ path, entry }) =>
            entry === null
              ? shellCommand(["git", "rm", "-r", "--quiet", "--ignore-unmatch", "--", path])
              : `${shellCommand(["git", "rm", "-r", "--quiet", "--ignore-unmatch", "--", path])} && ${shellCommand(["git", "checkout", commit, "--", path])}`,
          )
          .join(" && ");
  const made = shellCommand([
    "git",
    "commit",
    "-m",
    `Roll ${branch} back to ${version}`,
    "-m",
    `Rollback: ${rollback}`,
  ]);
  const pushed = shellCommand(["git", "push", url, `HEAD:refs/heads/${branch}`]);
  return [fetch(url, branch), isThere, detached, put, made, pushed].join(" && ");
}

const fetch = (url: string, branch: string): string => shellCommand(["git", "fetch", "--quiet", url, branch]);

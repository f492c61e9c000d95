import type { Restore } from "#lib/adapters/etcd/schema.ts";

const words = { change: "changed", add: "added", remove: "removed" } as const;
const mostShown = 20;

/** One line for people: which keys change, with the values that may be shown. */
export function describeChanges({ changes, plain }: Pick<Restore, "changes" | "plain">): string {
  const parts = (["change", "add", "remove"] as const).flatMap((action) => {
    const keys = changes.filter((change) => change.action === action).map(({ key }) => key);
    if (keys.length === 0) return [];
    const shown = keys.slice(0, mostShown).map((key) => {
      const values = Object.hasOwn(plain, key) ? plain[key] : undefined;
      return values === undefined ? key : `${key} (${values.from ?? "none"} → ${values.to ?? "none"})`;
    });
    const more = keys.length > mostShown ? ` and ${keys.length - mostShown} more` : "";
    return [`${words[action]}: ${shown.join(", ")}${more}`];
  });
  return parts.length === 0 ? "No key differs" : parts.join("; ");
}

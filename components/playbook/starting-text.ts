const keyLine = {
  id: /^id:[ \t]*(.*?)[ \t]*(?:#.*)?$/m,
  version: /^version:[ \t]*(.*?)[ \t]*(?:#.*)?$/m,
};

/** The text of a playbook under another id or number; only those two lines change, and only where they stand. */
export function renamed(text: string, to: { id?: string; version?: number }): string {
  let next = text;
  if (to.id !== undefined) next = next.replace(keyLine.id, `id: ${to.id}`);
  if (to.version !== undefined) next = next.replace(keyLine.version, `version: ${to.version}`);
  return next;
}

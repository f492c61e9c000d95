import type { PatchOperation } from "#lib/adapters/kubernetes/api.ts";
import { asJson } from "#lib/adapters/kubernetes/objects.ts";
import type { Template } from "#lib/adapters/kubernetes/objects.ts";
import type { Json } from "#lib/domain/json.ts";

type Kind = "ConfigMap" | "Secret";
type Reference = { path: string; name: string };

/** Where a pod template names ConfigMaps or Secrets, as JSON pointers from the Deployment: environment and volumes. */
export function referencesIn(template: Template, kind: Kind): Reference[] {
  const spec = asJson(template)["spec"] ?? null;
  return walk(spec, "/spec/template/spec", null, kind);
}

/** The changes that make every reference to one of `from` a reference to `to`. */
export function pointAt(
  references: readonly Reference[],
  isRevision: (name: string) => boolean,
  to: string,
): PatchOperation[] {
  return references
    .filter(({ name }) => name !== to && isRevision(name))
    .map(({ path }) => ({ op: "replace", path, value: to }));
}

/** Tells the names of revisions from all others, by a pattern such as shop-config-{revision}. */
export function revisionPattern(pattern: string): (name: string) => boolean {
  const [before = "", after = ""] = pattern.split("{revision}");
  return (name) =>
    name.length > before.length + after.length && name.startsWith(before) && name.endsWith(after);
}

const keysOf: Record<Kind, Record<string, string>> = {
  ConfigMap: { configMapRef: "name", configMapKeyRef: "name", configMap: "name" },
  Secret: { secretRef: "name", secretKeyRef: "name", secret: "secretName" },
};

function walk(value: Json, path: string, key: string | null, kind: Kind): Reference[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => walk(item, `${path}/${at}`, null, kind));
  if (typeof value !== "object" || value === null) return [];
  // In a projected volume a Secret is named as ConfigMaps are.
  const field = key === null ? undefined : keysOf[kind][key];
  const fields = field === undefined ? [] : [...new Set([field, "name"])];
  const own = fields
    .flatMap((one) => {
      const name = value[one];
      return typeof name === "string" ? [{ path: `${path}/${one}`, name }] : [];
    })
    .slice(0, 1);
  return [
    ...own,
    ...Object.entries(value).flatMap(([name, item]) =>
      walk(item, `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, name, kind),
    ),
  ];
}

/** One write as the API server answered it. */
export type Written = {
  verb: string;
  resource: string;
  name: string;
  body: string;
  status: number;
};

/** Which operation a write belongs to, by what it asked for. */
export function isWriteOf(operation: string, { verb, resource, name, body }: Written): boolean {
  const has = (text: string): boolean => verb === "patch" && body.includes(text);
  switch (operation) {
    case "stop":
      return has('"path":"/spec/replicas","value":0') && name === "shop";
    case "scale":
      return has('"path":"/spec/replicas","value":') && !has('"value":0');
    case "set-image":
      return has("/image");
    case "roll-to-revision":
      return has('"path":"/spec/template",');
    case "switch-selector":
      return has('"path":"/spec/selector"');
    case "remove-canary":
      return has('"path":"/spec/replicas","value":0') && name === "shop-canary";
    case "restart":
      return has("/spec/template/metadata/annotations");
    case "restore-config-map":
      return resource === "configmaps" || resource === "secrets" || has("/envFrom/");
    default:
      return false;
  }
}

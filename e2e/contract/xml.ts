/** An element: its text, or its children in their order. No attributes but xmlns, no mixed content. */
export type Xml = { name: string; namespace: string | null; text: string; children: Xml[] };

const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Reads the XML that AWS SDKs write. Throws on whatever else. */
export function parseXml(source: string): Xml {
  const tokens = source.replace(/^<\?xml[^>]*\?>/, "").match(/<[^>]*>|[^<]+/g) ?? [];
  const stack: Xml[] = [];
  let root: Xml | null = null;
  for (const token of tokens) {
    const top = stack.at(-1);
    if (!token.startsWith("<")) {
      if (top === undefined) throw new Error("Text outside of the document.");
      top.text += unescaped(token);
    } else if (token.startsWith("</")) {
      if (top?.name !== token.slice(2, -1).trim()) throw new Error(`${token} closes nothing.`);
      stack.pop();
    } else {
      const found = /^<([A-Za-z][\w.-]*)(?:\s+xmlns="([^"]*)")?\s*(\/?)>$/.exec(token);
      if (found === null || (root !== null && top === undefined)) throw new Error(`${token} is odd.`);
      const element: Xml = { name: found[1] ?? "", namespace: found[2] ?? null, text: "", children: [] };
      top?.children.push(element);
      root ??= element;
      if (found[3] === "") stack.push(element);
    }
  }
  if (root === null || stack.length > 0) throw new Error("The document is not whole.");
  return root;
}

const unescaped = (text: string): string =>
  text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex?: string, decimal?: string, name = "") =>
    hex !== undefined
      ? String.fromCodePoint(parseInt(hex, 16))
      : decimal !== undefined
        ? String.fromCodePoint(Number(decimal))
        : (entities[String(name)] ?? whole),
  );

/** The children as a record. Throws unless each of `names` is there once and nothing else is. */
export function childrenOf(element: Xml, names: readonly string[]): Record<string, Xml> {
  const found = element.children.map(({ name }) => name);
  if (found.toSorted().join() !== names.toSorted().join())
    throw new Error(`${element.name} holds ${found.join(", ")}, not ${names.join(", ")}.`);
  return Object.fromEntries(element.children.map((child) => [child.name, child]));
}

/** One element with its text, escaped, or with elements in it. */
export function xml(
  name: string,
  ...content: (string | number | boolean | { raw: string })[]
): { raw: string } {
  const inner = content.map((one) => (typeof one === "object" ? one.raw : escaped(String(one)))).join("");
  return { raw: `<${name}>${inner}</${name.split(" ")[0] ?? ""}>` };
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

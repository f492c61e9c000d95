/** The addresses that an environment may call: exact host:port pairs, compared as a browser would write them. */
export type AllowList = {
  has: (host: string, port: number) => boolean;
};

/** Entries that are not host:port match nothing. */
export function allowList(entries: readonly string[]): AllowList {
  const named = new Set<string>();
  for (const entry of entries) {
    const [, host, port] = /^(.+):(\d{1,5})$/.exec(entry) ?? [];
    const written = host === undefined ? null : canonicalHost(host);
    if (written !== null) named.add(`${written}:${Number(port)}`);
  }
  return {
    has: (host, port) => {
      const written = canonicalHost(host);
      return written !== null && named.has(`${written}:${port}`);
    },
  };
}

/** For adapters whose client library makes its own connections: they ask before they connect. */
export function allowedBy(entries: readonly string[]): (host: string, port: number) => boolean {
  return allowList(entries).has;
}

/** The one spelling of a host: lower case, punycode, short IPv6 in brackets. Null for what is not a host. */
function canonicalHost(host: string): string | null {
  const bracketed = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  if (/[/?#@\\\s]/.test(bracketed)) return null;
  const url = URL.parse(`http://${bracketed}/`);
  return url === null || url.port !== "" ? null : url.hostname;
}

import type { EtcdServer } from "#e2e/targets/etcd.ts";

/** Version 1 of a configuration, then version 2 of it; gives the revision of version 1. */
export async function twoVersions(server: EtcdServer, prefix: string): Promise<number> {
  await server.put(`${prefix}database/pool_size`, "20");
  await server.put(`${prefix}password`, "old=and\nhidden");
  const good = await server.put(`${prefix}only-old`, "1");
  await server.put(`${prefix}database/pool_size`, "2");
  await server.put(`${prefix}password`, "new-and-hidden");
  await server.remove(`${prefix}only-old`);
  await server.put(`${prefix}only-new`, "1");
  return good;
}

export const versionOne = (prefix: string) => ({
  [`${prefix}database/pool_size`]: "20",
  [`${prefix}password`]: "old=and\nhidden",
  [`${prefix}only-old`]: "1",
});

/** Without the revisions that changed them. */
export async function values(server: EtcdServer, prefix: string): Promise<Record<string, string>> {
  const dump = await server.dump(prefix);
  return Object.fromEntries(Object.entries(dump).map(([key, value]) => [key, value.replace(/ @\d+$/, "")]));
}

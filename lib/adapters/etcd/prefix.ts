import { createHash } from "node:crypto";
import { z } from "zod";
import { Header, Int } from "#lib/adapters/etcd/client.ts";
import type { Etcd } from "#lib/adapters/etcd/client.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { JsonObject } from "#lib/domain/json.ts";

/** Values stand in base64, as the gateway has them. */
export type Entry = { value: string; modRevision: number; hasLease: boolean };
export type State = { revision: number; entries: ReadonlyMap<string, Entry> };

export const KeyValue = z.object({
  key: z.base64(),
  value: z.base64().default(""),
  mod_revision: Int,
  lease: z.union([z.string(), z.number()]).default(0),
});
const Page = z.object({
  header: Header,
  kvs: z.array(KeyValue).default([]),
  more: z.boolean().default(false),
});

const pageKeys = 1000;
const pageBytes = 16 * 1024 * 1024;
const mostKeys = 20_000;

/** All keys under the prefix, at one revision: the present one unless given. Throws Fault. */
export async function readPrefix(etcd: Etcd, revision?: number): Promise<State> {
  const { prefix } = etcd.ctx.settings;
  const end = rangeEnd(prefix);
  const entries = new Map<string, Entry>();
  let at = revision;
  let from = toBase64(prefix);
  let limit = pageKeys;
  for (;;) {
    const body: JsonObject = {
      key: from,
      range_end: end,
      limit: String(limit),
      ...(at !== undefined && { revision: String(at) }),
    };
    const page = await etcd.look("/v3/kv/range", body, Page, pageBytes);
    if (page === null) {
      if (limit === 1) throw tooMuch(prefix, "a value is larger than 16 MiB");
      limit = Math.ceil(limit / 10);
      continue;
    }
    at ??= page.header.revision;
    for (const one of page.kvs) entries.set(...toEntry(one));
    if (entries.size > mostKeys) throw tooMuch(prefix, `more than ${mostKeys} keys stand there`);
    const last = page.kvs.at(-1);
    if (!page.more || last === undefined) return { revision: at, entries };
    from = Buffer.concat([Buffer.from(last.key, "base64"), Buffer.of(0)]).toString("base64");
  }
}

/** A key with its value, as a range answer or a snapshot file has it. Throws Fault KEY_NOT_TEXT. */
export function toEntry(one: z.output<typeof KeyValue>): [string, Entry] {
  const bytes = Buffer.from(one.key, "base64");
  const key = bytes.toString("utf8");
  if (!Buffer.from(key).equals(bytes))
    throw new Fault(
      "permanent",
      "KEY_NOT_TEXT",
      `A key under the prefix is not UTF-8 text (${one.key} in base64), so nobody could read what is done to it.`,
      "Choose a narrower prefix.",
    );
  return [
    key,
    { value: one.value, modRevision: one.mod_revision, hasLease: !/^0*$/.test(String(one.lease)) },
  ];
}

/** Of the keys with their values, in order; the leased ones are left out. */
export function stateHash(state: State, leased: readonly string[]): string {
  return hashOf(state, leased, ({ value }) => value);
}

/** Of the keys with the revision that changed each last. */
export function modHash(state: State, leased: readonly string[]): string {
  return hashOf(state, leased, ({ modRevision }) => modRevision);
}

function hashOf(
  { entries }: State,
  leased: readonly string[],
  of: (entry: Entry) => string | number,
): string {
  const out = new Set(leased);
  const hash = createHash("sha256");
  for (const key of [...entries.keys()].sort()) {
    const entry = entries.get(key);
    if (entry === undefined || entry.hasLease || out.has(key)) continue;
    hash.update(`${JSON.stringify([key, of(entry)])}\n`);
  }
  return hash.digest("hex");
}

export const toBase64 = (text: string): string => Buffer.from(text).toString("base64");

/** The first key behind all that begin with the prefix, in base64. No byte of UTF-8 is 0xff, so the last one has room. */
export function rangeEnd(prefix: string): string {
  const bytes = Buffer.from(prefix);
  const last = bytes.length - 1;
  bytes.writeUInt8(bytes.readUInt8(last) + 1, last);
  return bytes.toString("base64");
}

function tooMuch(prefix: string, why: string): Fault {
  return new Fault(
    "permanent",
    "PREFIX_TOO_LARGE",
    `${prefix} is more than a configuration: ${why}.`,
    "Choose a narrower prefix.",
  );
}

import { textOf } from "#lib/web/search-params.ts";

/** A version as an address names it; undefined for none, or for what is no version. */
export function versionOf(given: string | string[] | undefined): number | undefined {
  const text = textOf(given);
  return text !== null && /^\d{1,7}$/.test(text) ? Number(text) : undefined;
}

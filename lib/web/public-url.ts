import { config } from "#lib/platform/config.ts";

/** The address under which people reach a page of this installation. */
export function publicUrl(path: string): string {
  return `${config().url}${path}`;
}

import { z } from "zod";

/** An address of a target. User names and passwords belong in secrets, not in addresses. */
export const HttpUrl = z
  .url({ protocol: /^https?$/, error: "Write an address that begins with http:// or https://." })
  .max(2000)
  .refine((text) => {
    const url = URL.parse(text);
    return url?.username === "" && url.password === "" && url.hash === "";
  }, "The address holds no user name, password or #.");

/** A path below such an address, with its query if it has one. */
export const UrlPath = z
  .string()
  .max(1000)
  .regex(/^\/(?:[^\s/#\\][^\s#\\]*)?$/, "A path begins with one slash and has no spaces.");

/** A path below a base address, whose own path stays in front. */
export function under(base: string, path: string): string {
  return base.replace(/\/+$/, "") + path;
}

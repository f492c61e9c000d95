import { z } from "zod";

/** A host by name or address, without a port. */
export const HostName = z
  .string()
  .max(253)
  .regex(
    /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\]?)$/,
    "Write a host name or an IP address, without a port.",
  );
export const PortNumber = z.number().int().min(1).max(65_535);

/** As TLS and socket libraries take it. */
export function withoutBrackets(host: string): string {
  return host.startsWith("[") ? host.slice(1, -1) : host;
}

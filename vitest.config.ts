import { defineConfig } from "vitest/config";

// What real processes and systems do between two looks depends on the machine: CI tries once more and shows that it did.
const withDatabase = {
  globalSetup: ["bin/test/database-server.ts"],
  maxWorkers: 2,
  retry: process.env["CI"] === "true" ? 1 : 0,
};

export default defineConfig({
  test: {
    environment: "node",
    pool: "forks",
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{app,bench,bin,components,lib,prisma}/**/*.test.{ts,tsx}"],
          exclude: ["**/*.{db,contract,crash}.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          ...withDatabase,
          name: "database",
          include: ["{bench,bin,lib,prisma}/**/*.db.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          ...withDatabase,
          name: "contract",
          // Its files import each other without an extension, which only a bundler resolves.
          server: { deps: { inline: ["@ngrok/webernetes"] } },
          include: ["{bin,e2e,lib}/**/*.contract.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          ...withDatabase,
          name: "crash",
          include: ["{bin,lib}/**/*.crash.test.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          ...withDatabase,
          name: "targets",
          include: ["e2e/targets/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 300_000,
          // Building Kubernetes from source takes minutes, once.
          hookTimeout: 1_500_000,
        },
      },
    ],
  },
});

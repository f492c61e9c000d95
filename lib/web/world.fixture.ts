import { randomBytes } from "node:crypto";
import { roles, type Role } from "#lib/domain/role.ts";
import { sha256 } from "#lib/platform/hash.ts";
import { newId } from "#lib/platform/id.ts";
import type { PrismaClient } from "#prisma/client.ts";

export type Someone = { id: string; email: string; token: string; tokenId: string };

/** A person with a role and an API token of the same width. */
export async function addSomeone(client: PrismaClient, role: Role, system = "*"): Promise<Someone> {
  const id = newId("usr");
  const email = `${role.replace("_", "-")}-${id.slice(-8)}@example.org`;
  const token = `lg_${randomBytes(32).toString("base64url")}`;
  const tokenId = newId("tok");
  await client.user.create({
    data: {
      id,
      email,
      name: `The ${role.replace("_", " ")}`,
      passwordHash: "none",
      grants: { create: { id: newId("grt"), role, system } },
      tokens: { create: { id: tokenId, name: "test", hash: sha256(token), role, system } },
    },
  });
  return { id, email, token, tokenId };
}

export async function addEveryRole(client: PrismaClient): Promise<Record<Role, Someone>> {
  const people = await Promise.all(
    roles.map(async (role) => [role, await addSomeone(client, role)] as const),
  );
  return Object.fromEntries(people) as Record<Role, Someone>;
}

/** A service with an unprotected `staging` and a protected `production`, without any target. */
export async function addService(
  client: PrismaClient,
  id: string,
  system = "shops",
  playbookId = "none",
): Promise<void> {
  await client.service.create({
    data: {
      id,
      name: `The ${id}`,
      system,
      owner: "team",
      playbookId,
      environments: {
        create: [
          { id: newId("env"), name: "staging", sort: 0 },
          { id: newId("env"), name: "production", protected: true, sort: 1 },
        ],
      },
    },
  });
}

/** Of the built-in playbook that is used here; 1 where none is stored. */
async function newestVersion(client: PrismaClient): Promise<number> {
  const where = { id: "mvp-blue-green" };
  const newest = await client.playbook.findFirst({ where, orderBy: { version: "desc" } });
  return newest?.version ?? 1;
}

/** A rollback row as it is while it runs, with nothing behind it. */
export async function addRollback(
  client: PrismaClient,
  initiatorId: string,
  more: { serviceId: string; environment: string; state?: string },
): Promise<string> {
  const id = newId("rb");
  await client.rollback.create({
    data: {
      id,
      state: "running",
      toVersion: "1.0.0",
      scope: ["code"],
      procedure: "standard",
      strategy: "as deployed",
      reason: "test",
      initiatorId,
      playbookId: "mvp-blue-green",
      playbookVersion: await newestVersion(client),
      ...more,
    },
  });
  return id;
}

export async function addIncident(
  client: PrismaClient,
  declaredById: string,
  where: { serviceId: string; environment: string },
): Promise<string> {
  const id = newId("inc");
  await client.incident.create({
    data: {
      id,
      title: "Something is wrong",
      severity: "P1",
      state: "detected",
      facts: {},
      playbookId: "mvp-blue-green",
      playbookVersion: await newestVersion(client),
      declaredById,
      detectedAt: new Date(),
      ...where,
    },
  });
  return id;
}

import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import {
  closeByHand,
  countByHand,
  dumpByHand,
  headByHand,
  restoreByHand,
  soundByHand,
  swapByHand,
  verifyByHand,
} from "#lib/adapters/postgresql/by-hand.ts";
import type { CloseObserved } from "#lib/adapters/postgresql/connections.ts";
import type { DumpObserved } from "#lib/adapters/postgresql/dump.ts";
import type { RestoreObserved } from "#lib/adapters/postgresql/restore.ts";
import {
  AtHead,
  Closed,
  Counted,
  Kept,
  Restored,
  Settings,
  Sound,
  Swapped,
  Verified,
} from "#lib/adapters/postgresql/schema.ts";
import type { SwapObserved } from "#lib/adapters/postgresql/swap.ts";

const plans = () => import("#lib/adapters/postgresql/plan.ts");
const look = { mutating: false, reversibility: "reversible" } as const;
const act = { mutating: true, phase: "execution" } as const;

export const postgresql = defineAdapter<Settings>({
  id: "postgresql",
  title: "PostgreSQL",
  description:
    "A database of PostgreSQL. The backup or moment that the deployment record names is restored into a new database beside the old one, seen to be whole, and takes the name; the old one is kept. What is there now is dumped first.",
  components: ["database"],
  settings: Settings,
  secrets: {
    password: "Password of the role",
    verificationPassword: "Password of the role on the server where backups are tried",
  },
  proof: {
    kind: "real",
    against:
      "PostgreSQL 15.18 with its own pg_dump, pg_restore, pg_basebackup and pg_ctl, and pgBackRest 2.45, on Debian 12",
  },
  example: {
    component: "database",
    settings: {
      host: "db.internal",
      database: "shop",
      user: "lastgood",
      backupFolder: "/var/backups/shop",
      dumpFolder: "/var/lib/lastgood/dumps",
      createdColumns: { orders: "created_at" },
      integrity: [
        {
          name: "Orders without a customer",
          sql: "SELECT o.id FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE c.id IS NULL",
        },
      ],
      recovery: {
        by: "pgbackrest",
        stanza: "main",
        folder: "/var/lib/lastgood/recovery",
        runAs: "postgres",
      },
    },
    secrets: { password: "env:LASTGOOD_SECRET_SHOP_DATABASE" },
  },
  identify: async (ctx) => (await import("#lib/adapters/postgresql/inspect.ts")).identify(ctx),
  inspect: async (ctx) => (await import("#lib/adapters/postgresql/inspect.ts")).inspect(ctx),
  operations: [
    defineOperation<Settings, Verified, null>({
      ...look,
      id: "verify-backup",
      title: "Verify the named backup",
      phase: "validation",
      limitSeconds: 1800,
      desired: Verified,
      plan: async (ctx, request) => (await plans()).planVerify(ctx, request),
      command: verifyByHand,
      executor: async () => (await import("#lib/adapters/postgresql/verify-backup.ts")).verifyExecutor,
    }),
    defineOperation<Settings, Kept, DumpObserved>({
      ...act,
      id: "emergency-dump",
      title: "Save the database as it is",
      reversibility: "reversible",
      limitSeconds: 1800,
      desired: Kept,
      plan: async (ctx, request) => (await plans()).planDump(ctx, request),
      command: dumpByHand,
      executor: async () => (await import("#lib/adapters/postgresql/dump.ts")).dumpExecutor,
    }),
    defineOperation<Settings, Restored, RestoreObserved>({
      ...act,
      id: "restore-new",
      title: "Restore the named backup into a new database",
      reversibility: "reversible",
      limitSeconds: 2700,
      desired: Restored,
      plan: async (ctx, request) => (await plans()).planRestore(ctx, request, "restore-new"),
      command: restoreByHand,
      executor: async () => (await import("#lib/adapters/postgresql/restore.ts")).restoreExecutor,
    }),
    defineOperation<Settings, Restored, RestoreObserved>({
      ...act,
      id: "point-in-time",
      title: "Restore the state of a moment into a new database",
      reversibility: "reversible",
      limitSeconds: 2700,
      desired: Restored,
      plan: async (ctx, request) => (await plans()).planRestore(ctx, request, "point-in-time"),
      command: restoreByHand,
      executor: async () => (await import("#lib/adapters/postgresql/restore.ts")).restoreExecutor,
    }),
    defineOperation<Settings, Closed, CloseObserved>({
      ...act,
      id: "terminate-connections",
      title: "Close the database",
      reversibility: "reversible",
      limitSeconds: 120,
      desired: Closed,
      plan: async (ctx, request) => (await plans()).planClose(ctx, request),
      command: closeByHand,
      executor: async () => (await import("#lib/adapters/postgresql/connections.ts")).closeExecutor,
    }),
    defineOperation<Settings, Swapped, SwapObserved>({
      ...act,
      id: "swap-names",
      title: "Give the restored database the name",
      reversibility: "compensable",
      limitSeconds: 120,
      desired: Swapped,
      plan: async (ctx, request) => (await plans()).planSwap(ctx, request),
      command: swapByHand,
      executor: async () => (await import("#lib/adapters/postgresql/swap.ts")).swapExecutor,
    }),
    defineOperation<Settings, Sound, null>({
      ...look,
      id: "check-integrity",
      title: "Check that the data is sound",
      phase: "verification",
      limitSeconds: 600,
      desired: Sound,
      plan: async (ctx) => (await plans()).planSound(ctx),
      command: soundByHand,
      executor: async () => (await import("#lib/adapters/postgresql/integrity.ts")).integrityExecutor,
    }),
    defineOperation<Settings, Counted, null>({
      ...look,
      id: "count-rows",
      title: "Count rows",
      phase: "verification",
      limitSeconds: 600,
      desired: Counted,
      plan: async (ctx, request) => (await plans()).planCount(ctx, request),
      command: countByHand,
      executor: async () => (await import("#lib/adapters/postgresql/rows.ts")).countExecutor,
    }),
    defineOperation<Settings, AtHead, null>({
      ...look,
      id: "current",
      title: "Verify the migration that the schema stands at",
      phase: "verification",
      limitSeconds: 60,
      desired: AtHead,
      plan: async (ctx, request) => (await plans()).planHead(ctx, request),
      command: headByHand,
      executor: async () => (await import("#lib/adapters/postgresql/integrity.ts")).headExecutor,
    }),
  ],
});

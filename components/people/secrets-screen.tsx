"use client";

import { LockKeyhole } from "lucide-react";
import { useState } from "react";
import { useAct } from "#components/action/use-act.ts";
import { useRefresh } from "#components/console/use-refresh.ts";
import type { SecretActions, StoredSecretView } from "#components/people/people-data.ts";
import { PeopleTabs } from "#components/people/people-tabs.tsx";
import { SecretDialog } from "#components/people/secret-dialog.tsx";
import { Page } from "#components/shell/page.tsx";
import { Button } from "#components/ui/button.tsx";
import { DangerDialog } from "#components/ui/danger-dialog.tsx";
import { DataTable, type Column } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";

type Asked = { what: "set" | "remove"; secret: StoredSecretView | null };
type SecretsScreenProps = { secrets: StoredSecretView[]; actions: SecretActions };

/** Stored secrets: set, replaced and removed here, and never shown. */
export function SecretsScreen({ secrets, actions }: SecretsScreenProps) {
  const refresh = useRefresh();
  const remove = useAct(actions.remove);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => {
    setAsked(null);
    remove.clear();
    refresh();
  };
  const columns: readonly Column<StoredSecretView>[] = [
    {
      key: "name",
      header: "Name",
      isName: true,
      width: "26%",
      cell: (row) => <span className="figures break-all">stored:{row.name}</span>,
    },
    {
      key: "set",
      header: "Set",
      cell: (row) =>
        row.setAt === null ? (
          <span className="text-secondary">not set yet</span>
        ) : (
          <>
            {row.setBy?.name ?? "Somebody"}, <RelativeTime at={row.setAt} />
          </>
        ),
    },
    {
      key: "used",
      header: "Used by",
      cell: (row) =>
        row.usedBy.length === 0 ? (
          <span className="text-faint">no target</span>
        ) : (
          row.usedBy.map((use) => `${use.service} in ${use.environment}`).join(", ")
        ),
    },
    {
      key: "do",
      header: "",
      width: "12rem",
      cell: (row) => (
        <div className="flex gap-2">
          <Button
            aria-label={`${row.setAt === null ? "Set" : "Replace"} ${row.name}`}
            onClick={() => setAsked({ what: "set", secret: row })}
          >
            {row.setAt === null ? "Set" : "Replace"}
          </Button>
          {row.setAt !== null && row.usedBy.length === 0 && (
            <Button
              aria-label={`Remove ${row.name}`}
              onClick={() => setAsked({ what: "remove", secret: row })}
            >
              Remove
            </Button>
          )}
        </div>
      ),
    },
  ];
  return (
    <Page
      what="Secrets"
      actions={
        <Button
          look="primary"
          icon={<LockKeyhole aria-hidden />}
          onClick={() => setAsked({ what: "set", secret: null })}
        >
          Set a secret
        </Button>
      }
    >
      <PeopleTabs />
      <DataTable
        caption="Stored secrets"
        columns={columns}
        rows={secrets}
        rowKey={(row) => row.name}
        empty={
          <EmptyState title="No secret is stored">
            Targets name a secret by reference, and workers open it just before use. What is set here is
            sealed at once: nobody can look it up, admins included.
          </EmptyState>
        }
      />
      {asked?.what === "set" && (
        <SecretDialog
          set={actions.set}
          name={asked.secret?.name ?? null}
          isReplaced={asked.secret?.setAt != null}
          onClose={close}
        />
      )}
      {asked?.what === "remove" && asked.secret !== null && (
        <DangerDialog
          open
          onOpenChange={close}
          verb="Remove"
          object={asked.secret.name}
          consequences={[
            "No target names it now.",
            "Its value is gone for good: nobody can look it up first, admins included.",
          ]}
          busy={remove.isBusy && "Removing"}
          error={remove.problem && `${remove.problem.title}. ${remove.problem.detail}`}
          onConfirm={() =>
            void remove.run({ name: asked.secret?.name ?? "" }).then((answer) => answer.ok && close())
          }
        />
      )}
    </Page>
  );
}

"use client";

import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useAct } from "#components/action/use-act.ts";
import type { Listed } from "#components/console/open-work.ts";
import { useRefresh } from "#components/console/use-refresh.ts";
import { OlderLink } from "#components/list/older-link.tsx";
import type { TokenActions, TokenView } from "#components/people/people-data.ts";
import { PeopleTabs } from "#components/people/people-tabs.tsx";
import { TokenDialog } from "#components/people/token-dialog.tsx";
import { Page } from "#components/shell/page.tsx";
import { Button } from "#components/ui/button.tsx";
import { useNow } from "#components/ui/clock-provider.tsx";
import { DangerDialog } from "#components/ui/danger-dialog.tsx";
import { DataTable, type Column } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { TabLinks } from "#components/ui/tab-links.tsx";
import { roleTitle, type Role } from "#lib/domain/role.ts";

type TokensScreenProps = {
  list: Listed<TokenView>;
  me: string;
  /** What the reader holds at most; null: nothing, so no token either. */
  role: Role | null;
  /** Only admins see everyone's. */
  isEveryones: boolean;
  maySeeAll: boolean;
  systems: readonly string[];
  actions: TokenActions;
};

/** API tokens: made here, shown once, revoked at any time. */
export function TokensScreen(props: TokensScreenProps) {
  const { list, me, role, isEveryones, maySeeAll, systems, actions } = props;
  const refresh = useRefresh();
  const now = useNow();
  const revoke = useAct(actions.revoke);
  const [asked, setAsked] = useState<"new" | TokenView | null>(null);
  const close = () => {
    setAsked(null);
    revoke.clear();
    refresh();
  };
  const isOver = (token: TokenView) =>
    token.revokedAt !== null ||
    (token.expiresAt !== null && now !== null && Date.parse(token.expiresAt) <= now);
  const columns: readonly Column<TokenView>[] = [
    { key: "name", header: "What for", isName: true, width: "26%", cell: (row) => row.name },
    ...(isEveryones
      ? [
          {
            key: "owner",
            header: "Whose",
            cell: (row: TokenView) => row.user.name,
          } satisfies Column<TokenView>,
        ]
      : []),
    {
      key: "role",
      header: "May act as",
      cell: (row) => `${roleTitle[row.role]} ${row.system === "*" ? "everywhere" : `in ${row.system}`}`,
    },
    {
      key: "used",
      header: "Last used",
      cell: (row) =>
        row.lastUsedAt === null ? (
          <span className="text-faint">never</span>
        ) : (
          <RelativeTime at={row.lastUsedAt} />
        ),
    },
    {
      key: "ends",
      header: "Ends",
      cell: (row) =>
        row.revokedAt !== null ? (
          <span className="text-secondary">revoked</span>
        ) : row.expiresAt === null ? (
          "never"
        ) : (
          <RelativeTime at={row.expiresAt} />
        ),
    },
    {
      key: "revoke",
      header: "",
      width: "6rem",
      cell: (row) =>
        isOver(row) || (row.user.id !== me && !maySeeAll) ? null : (
          <Button aria-label={`Revoke ${row.name}`} onClick={() => setAsked(row)}>
            Revoke
          </Button>
        ),
    },
  ];
  return (
    <Page
      what="API tokens"
      actions={
        <Button
          look="primary"
          icon={<KeyRound aria-hidden />}
          unavailable={role === null ? "You hold no role that a token could carry" : null}
          onClick={() => setAsked("new")}
        >
          Make a token
        </Button>
      }
    >
      <PeopleTabs />
      {maySeeAll && (
        <TabLinks
          label="Whose tokens"
          tabs={[
            { href: "/people/tokens", label: "Yours", isCurrent: !isEveryones },
            { href: "/people/tokens?of=everyone", label: "Everyone’s", isCurrent: isEveryones },
          ]}
        />
      )}
      <DataTable
        caption="API tokens"
        columns={columns}
        rows={list.items}
        rowKey={(row) => row.id}
        empty={
          <EmptyState title="There is no token yet">
            A token lets a program act for you over HTTP: a pipeline that reports deployments, a monitor that
            sends signals. It never may more than you.
          </EmptyState>
        }
      />
      <OlderLink next={list.next} />
      {asked === "new" && role !== null && (
        <TokenDialog create={actions.create} most={role} systems={systems} onClose={close} />
      )}
      {asked !== null && asked !== "new" && (
        <DangerDialog
          open
          onOpenChange={close}
          verb="Revoke"
          object={asked.name}
          consequences={[
            "What uses it is refused from its next request on.",
            "A revoked token stays revoked.",
          ]}
          busy={revoke.isBusy && "Revoking"}
          error={revoke.problem && `${revoke.problem.title}. ${revoke.problem.detail}`}
          onConfirm={() => void revoke.run({ token: asked.id }).then((answer) => answer.ok && close())}
        />
      )}
    </Page>
  );
}

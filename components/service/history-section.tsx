"use client";

import { Ban, Ellipsis, ShieldCheck, ShieldOff, Undo2 } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { ReasonDialog } from "#components/action/reason-dialog.tsx";
import { useRefresh } from "#components/console/use-refresh.ts";
import { OlderLink } from "#components/list/older-link.tsx";
import { reportCommand } from "#components/service/report-command.ts";
import { rungsOf } from "#components/service/rungs.ts";
import type { ServiceActions, ServiceData } from "#components/service/service-data.ts";
import { Button } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import { CommandBlock } from "#components/ui/command-block.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Ladder } from "#components/ui/ladder.tsx";
import { Menu, type MenuItem } from "#components/ui/menu.tsx";
import { Section } from "#components/ui/section.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { covers } from "#lib/domain/role.ts";
import type { DeploymentView } from "#lib/domain/view.ts";

type Asked =
  | { kind: "judge"; deployment: DeploymentView; knownGood: boolean }
  | { kind: "quarantine"; deployment: DeploymentView };

/** The deployments as a ladder. Whoever may, says of each whether it is good. */
export function HistorySection({ data, actions }: { data: ServiceData; actions: ServiceActions }) {
  const refresh = useRefresh();
  const toast = useToast();
  const [asked, setAsked] = useState<Asked | null>(null);
  const deployments = data.deployments.items;
  const lacks = data.role !== null && covers(data.role, "release_manager") ? null : "Needs a release manager";
  const done = (title: string) => {
    setAsked(null);
    toast({ tone: "ok", title });
    refresh();
  };
  const itemsFor = (deployment: DeploymentView): MenuItem[] => [
    {
      kind: "action",
      label: "Judge it known good",
      consequence: "It can be rolled back to.",
      icon: <ShieldCheck aria-hidden />,
      unavailable: lacks ?? (deployment.knownGood === true ? "It is known good" : null),
      onSelect: () => setAsked({ kind: "judge", deployment, knownGood: true }),
    },
    {
      kind: "action",
      label: "Judge it not good",
      consequence: "It is no longer offered as a target.",
      icon: <ShieldOff aria-hidden />,
      unavailable: lacks ?? (deployment.knownGood === false ? "It is judged not good" : null),
      onSelect: () => setAsked({ kind: "judge", deployment, knownGood: false }),
    },
    {
      kind: "action",
      label: "Quarantine this version",
      consequence: "Nobody can roll back to it, and whoever deploys is told.",
      icon: <Ban aria-hidden />,
      unavailable: lacks ?? (deployment.pinned ? "It is quarantined" : null),
      onSelect: () => setAsked({ kind: "quarantine", deployment }),
    },
    ...(deployment.rollback === null
      ? []
      : [
          {
            kind: "link",
            label: "The rollback that put it here",
            icon: <Undo2 aria-hidden />,
            href: `/rollbacks/${deployment.rollback}`,
          } as const,
        ]),
  ];
  const byId = new Map(deployments.map((one) => [one.id, one]));
  return (
    <Section title="Deployments">
      {deployments.length === 0 ? (
        <EmptyState title="Nothing was deployed here yet">
          <p>
            Let your delivery pipeline say when it has deployed, with an{" "}
            <Link href="/people/tokens" className="link">
              API token
            </Link>
            : the version, and what the targets below put back (<Code>commit</Code>, <Code>imageDigest</Code>,{" "}
            <Code>configurationRevision</Code>, <Code>migrationHead</Code>, <Code>backup</Code>). Then judge
            here whether it is good, or have the pipeline say <Code>knownGood</Code>. There is something to go
            back to as soon as a version that is known good has been followed by another.
          </p>
          <div className="pt-2">
            <CommandBlock command={reportCommand(data)} label="command that reports a deployment" />
          </div>
        </EmptyState>
      ) : (
        <Ladder
          rungs={rungsOf(deployments, data.pins)}
          actionsFor={(rung) => {
            const deployment = byId.get(rung.id);
            return deployment ? (
              <Menu
                items={itemsFor(deployment)}
                trigger={
                  <Button
                    look="quiet"
                    size="icon"
                    aria-label={`What to do with ${rung.version}`}
                    icon={<Ellipsis aria-hidden />}
                  >
                    {""}
                  </Button>
                }
              />
            ) : null;
          }}
        />
      )}
      <div className="pt-3">
        <OlderLink next={data.deployments.next} />
      </div>
      {asked?.kind === "judge" && (
        <ReasonDialog
          title={`Judge ${asked.deployment.version} ${asked.knownGood ? "known good" : "not good"}?`}
          verb={asked.knownGood ? "It is known good" : "It is not good"}
          busy="Saving"
          draft={`judge:${asked.deployment.id}`}
          act={(reason, key) =>
            actions.judge({ deployment: asked.deployment.id, knownGood: asked.knownGood, reason }, key)
          }
          onClose={() => setAsked(null)}
          onDone={() => done("Judged")}
        >
          {asked.knownGood
            ? `From now on ${data.service.name} can be rolled back to it in ${data.environment}.`
            : `It is no longer offered when ${data.service.name} is rolled back in ${data.environment}.`}
        </ReasonDialog>
      )}
      {asked?.kind === "quarantine" && (
        <ReasonDialog
          title={`Quarantine ${asked.deployment.version}?`}
          verb="Quarantine"
          busy="Saving"
          draft={`quarantine:${asked.deployment.id}`}
          act={(reason, key) =>
            actions.quarantine(
              {
                service: data.service.id,
                environment: data.environment,
                version: asked.deployment.version,
                reason,
              },
              key,
            )
          }
          onClose={() => setAsked(null)}
          onDone={() => done("Quarantined")}
        >
          Nobody can roll {data.service.name} back to it in {data.environment} until somebody releases it.
          What runs now goes on running.
        </ReasonDialog>
      )}
    </Section>
  );
}

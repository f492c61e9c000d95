"use client";

import { CircleCheck, CircleHelp, CircleX } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { ReasonDialog } from "#components/action/reason-dialog.tsx";
import { useRefresh } from "#components/console/use-refresh.ts";
import { signalFigure, signalTitle } from "#components/service/signal-figure.ts";
import type { ServiceActions, ServiceData } from "#components/service/service-data.ts";
import { Button } from "#components/ui/button.tsx";
import { readableTimes } from "#components/ui/format-time.ts";
import { KeyValues } from "#components/ui/key-values.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { PlaybookChange } from "#components/service/playbook-change.tsx";
import { covers } from "#lib/domain/role.ts";
import type { PinView, ReadinessView } from "#lib/domain/view.ts";

export function ReadinessSection({ readiness }: { readiness: ReadinessView }) {
  return (
    <Section title="Could we roll back right now?">
      <ul>
        {readiness.checks.map((check) => {
          const [Icon, look, word] =
            check.ok === true
              ? [CircleCheck, "text-state-ok-text", "yes"]
              : check.ok === false
                ? [CircleX, "text-state-danger-text", "no"]
                : [CircleHelp, "text-state-unknown-text", "not known"];
          return (
            <li
              key={check.id}
              className={`flex items-start gap-2 border-b border-line-faint py-row ${check.ok === null ? "hatched" : ""}`}
            >
              <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${look}`} />
              <span className="min-w-0">
                {check.title}
                <span className="sr-only">: {word}</span>
                <span className="block text-12 break-words text-faint">{readableTimes(check.detail)}</span>
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

export function SignalsSection({
  signals,
}: {
  signals: ServiceData["service"]["environments"][number]["signals"];
}) {
  return (
    <Section title="Live signals">
      {signals.length === 0 ? (
        <p className="hatched rounded-1 px-3 py-2 text-state-unknown-text">
          Nothing was heard for two minutes. That says nothing about its health.
        </p>
      ) : (
        <ul>
          {signals.map((signal) => (
            <li key={signal.name} className="flex items-baseline gap-3 border-b border-line-faint py-row">
              <span className="min-w-0 grow break-words text-secondary">{signalTitle(signal)}</span>
              <span className="figures">{signalFigure(signal, 4)}</span>
              <span className="text-12 text-faint">
                <RelativeTime at={signal.at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

export function QuarantineSection({
  data,
  release,
}: {
  data: ServiceData;
  release: ServiceActions["release"];
}) {
  const refresh = useRefresh();
  const [asked, setAsked] = useState<PinView | null>(null);
  const mayRelease = data.role !== null && covers(data.role, "release_manager");
  return (
    <Section title="Quarantined versions">
      {data.pins.length === 0 ? (
        <p className="text-secondary">None. A version goes here after a rollback, or by hand.</p>
      ) : (
        <ul>
          {data.pins.map((pin) => (
            <li key={pin.id} className="grid gap-1 border-b border-line-faint py-row">
              <span className="flex items-center justify-between gap-3">
                <span className="figures font-strong break-all">{pin.version}</span>
                <Button
                  look="quiet"
                  aria-label={`Release ${pin.version}`}
                  unavailable={mayRelease ? null : "Needs a release manager"}
                  onClick={() => setAsked(pin)}
                >
                  Release
                </Button>
              </span>
              <span className="break-words">{pin.reason}</span>
              <span className="text-12 text-faint">
                <RelativeTime at={pin.createdAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {asked && (
        <ReasonDialog
          title={`Release ${asked.version} from quarantine?`}
          verb="Release"
          busy="Releasing"
          draft={`release:${asked.id}`}
          act={(reason, key) => release({ pin: asked.id, reason }, key)}
          onClose={() => setAsked(null)}
          onDone={() => {
            setAsked(null);
            refresh();
          }}
        >
          It can be deployed again, and rolled back to where it is known good.
        </ReasonDialog>
      )}
    </Section>
  );
}

export function AboutSection({ data, follow }: { data: ServiceData; follow: ServiceActions["follow"] }) {
  const { service, role, playbooks } = data;
  return (
    <Section
      title="About"
      {...(role === "admin"
        ? {
            aside: (
              <LinkButton look="quiet" href={`/services/${service.id}/edit`}>
                Change what is registered
              </LinkButton>
            ),
          }
        : {})}
    >
      <KeyValues
        items={[
          { key: "Id", value: <span className="figures break-all">{service.id}</span> },
          { key: "System", value: service.system },
          { key: "Owner", value: service.owner },
          {
            key: "Playbook",
            value: (
              <span className="flex flex-wrap items-baseline justify-between gap-x-3">
                <Link href={`/playbooks/${service.playbook}`} className="link break-all">
                  {service.playbook}
                </Link>
                {role === "admin" && (
                  <PlaybookChange service={service} playbooks={playbooks} change={follow} />
                )}
              </span>
            ),
          },
        ]}
      />
    </Section>
  );
}

export function DependencySection({ service }: { service: ServiceData["service"] }) {
  const { dependsOn, dependents } = service;
  return (
    <Section title="Dependencies">
      {dependsOn.length + dependents.length === 0 && (
        <p className="text-secondary">It needs no other registered service, and none needs it.</p>
      )}
      <ul>
        {dependsOn.map((one) => (
          <li
            key={one.service}
            className="flex flex-wrap items-baseline gap-x-2 border-b border-line-faint py-row"
          >
            <span className="text-faint">needs</span>
            <Link href={`/services/${one.service}`} className="link break-all">
              {one.service}
            </Link>
            {one.versions !== null && <span className="figures text-12">{one.versions}</span>}
          </li>
        ))}
        {dependents.map((one) => (
          <li key={one} className="flex flex-wrap items-baseline gap-x-2 border-b border-line-faint py-row">
            <span className="text-faint">is needed by</span>
            <Link href={`/services/${one}`} className="link break-all">
              {one}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

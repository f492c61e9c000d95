"use client";

import { Undo2 } from "lucide-react";
import { useMemo } from "react";
import { FigureStrip, type Figure } from "#components/approval/figure-strip.tsx";
import { usePolled } from "#components/console/use-polled.ts";
import { HistorySection } from "#components/service/history-section.tsx";
import {
  AboutSection,
  DependencySection,
  QuarantineSection,
  ReadinessSection,
  SignalsSection,
} from "#components/service/service-aside.tsx";
import type { ServiceActions, ServiceData } from "#components/service/service-data.ts";
import { signalFigure } from "#components/service/signal-figure.ts";
import { TargetsSection } from "#components/service/targets-section.tsx";
import { Page } from "#components/shell/page.tsx";
import { useShortcuts } from "#components/shell/shortcuts.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { RelativeWords } from "#components/ui/relative-words.tsx";
import { TabLinks } from "#components/ui/tab-links.tsx";
import { covers } from "#lib/domain/role.ts";
import type { EnvironmentView, SignalView } from "#lib/domain/view.ts";

/** One service in one environment: what runs, what there is to go back to, and whether we could. */
export function ServiceScreen({ data, actions }: { data: ServiceData; actions: ServiceActions }) {
  const { service: first, environment: name } = data;
  const service = usePolled(`/services/${first.id}`, first).data;
  const environment = service.environments.find((one) => one.name === name) ?? first.environments[0];
  const wizard = `/declare?service=${first.id}&environment=${name}`;
  const shortcuts = useMemo(
    () => [{ id: "roll-back", label: `Roll back ${first.name} in ${name}`, keys: "r", href: wizard }],
    [first.name, name, wizard],
  );
  useShortcuts(shortcuts);
  if (environment === undefined) return null;
  return (
    <Page
      what={service.name}
      up={{ href: "/services", label: "Services" }}
      environment={{ name, isProtected: environment.protected }}
      actions={
        <LinkButton look="primary" href={wizard} icon={<Undo2 aria-hidden />}>
          {`Roll back ${service.name}`}
        </LinkButton>
      }
      aside={
        <>
          <ReadinessSection readiness={data.readiness} />
          <SignalsSection signals={environment.signals} />
          <QuarantineSection data={data} release={actions.release} />
          <DependencySection service={service} />
          <AboutSection data={{ ...data, service }} follow={actions.follow} />
        </>
      }
    >
      {service.environments.length > 1 && (
        <TabLinks
          label="Environments"
          tabs={service.environments.map((one) => ({
            href: `/services/${service.id}?environment=${one.name}`,
            label: one.name.charAt(0).toUpperCase() + one.name.slice(1),
            isCurrent: one.name === name,
          }))}
        />
      )}
      <FigureStrip label="How it stands" figures={figuresOf(environment, data)} />
      <HistorySection data={data} actions={actions} />
      <TargetsSection
        service={service.id}
        environment={environment}
        adapters={data.adapters}
        known={new Set(data.deployments.items.map(({ version }) => version))}
        look={actions.look}
        add={actions.add}
        mayLook={data.role !== null && covers(data.role, "operator")}
      />
    </Page>
  );
}

function figuresOf(
  environment: EnvironmentView,
  { deployments, readiness, isNewest }: ServiceData,
): Figure[] {
  const running = isNewest ? deployments.items.find((one) => one.current) : undefined;
  const back = isNewest
    ? deployments.items.find(
        (one) => one.knownGood === true && !one.pinned && one.version !== running?.version,
      )
    : undefined;
  const signal = (name: string) => environment.signals.find((one) => one.name === name);
  return [
    {
      label: "Running",
      value: environment.current === null ? "Nothing yet" : <VersionFigure version={environment.current} />,
      hint: running && (
        <>
          since <RelativeWords at={running.deployedAt} />
        </>
      ),
    },
    {
      label: "Could go back to",
      value: back ? <VersionFigure version={back.version} /> : isNewest ? "Nothing" : "See the newest",
      ...(readiness.ready === true
        ? { hint: "Ready" }
        : readiness.ready === false
          ? { hint: "Not ready: see the checks", tone: "danger" as const }
          : { hint: "Not known whether it would work", tone: "unknown" as const }),
    },
    figureOf("Error rate", signal("error_rate")),
    figureOf("Response time", signal("response_time_ms")),
  ];
}

/** A long version stays readable in its narrow column. */
function VersionFigure({ version }: { version: string }) {
  return <span className={`figures break-all ${version.length > 20 ? "block text-14" : ""}`}>{version}</span>;
}

function figureOf(label: string, signal: SignalView | undefined): Figure {
  if (signal === undefined)
    return { label, value: "Not known", tone: "unknown", hint: "No signal for two minutes" };
  return {
    label,
    value: <span className="figures">{signalFigure(signal)}</span>,
    hint: <RelativeWords at={signal.at} />,
  };
}

"use client";

import { CircleCheck, CircleHelp, OctagonAlert, type LucideIcon } from "lucide-react";
import Link from "next/link";
import { useQuery } from "@tanstack/react-query";
import { fetchApi } from "#components/console/fetch-api.ts";
import { Select } from "#components/ui/select.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import type { DependencyFinding, DependencyVerdict } from "#lib/domain/dependency.ts";

type Beside = { dependsOn: DependencyFinding[]; dependents: DependencyFinding[] };
type Answer = Beside & {
  companions: ({
    service: string;
    name: string;
    from: string | null;
    to: string;
    because: string;
  } & Beside)[];
  order: string[];
  cycles: string[][];
};
export type Companions = Readonly<Record<string, string>>;

const look: Record<DependencyVerdict, { icon: LucideIcon; look: string; word: string }> = {
  compatible: { icon: CircleCheck, look: "text-state-ok-text", word: "Compatible" },
  incompatible: { icon: OctagonAlert, look: "text-state-danger-text", word: "Not compatible" },
  unknown: { icon: CircleHelp, look: "text-state-unknown-text", word: "Not known" },
};

type DependenciesProps = {
  service: string;
  environment: string;
  /** The version that is gone back to. */
  to: string;
  /** Services that move too, with the version each goes to. */
  companions: Companions;
  onChange: (companions: Companions) => void;
};

/** Who has to get along with the version that is gone back to, both ways; what cannot stay can be moved too. */
export function Dependencies({ service, environment, to, companions, onChange }: DependenciesProps) {
  const moving = Object.entries(companions)
    .map(([id, version]) => `${id}:${version}`)
    .join(",");
  const query = new URLSearchParams({ environment, to, ...(moving === "" ? {} : { with: moving }) });
  const path = `/services/${service}/dependencies?${query.toString()}`;
  const { data, error } = useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => fetchApi<Answer>(path, signal),
    placeholderData: (earlier) => earlier,
    retry: false,
  });
  const { [service]: _, ...others } = companions;
  const set = (id: string, version: string | null): void => {
    const { [id]: __, ...rest } = others;
    onChange(version === null ? rest : { ...rest, [id]: version });
  };
  return (
    <div className="grid gap-1">
      <p className="font-medium">Dependencies</p>
      {error && <p className="text-state-unknown-text">Not known: {error.message}</p>}
      {!data && !error && <Skeleton what="the services beside it" rows={2} />}
      {data && <Findings findings={[...data.dependsOn, ...data.dependents]} onMove={set} />}
      {data?.companions.map((one) => (
        <div key={one.service} className="grid gap-1 border-l-4 border-ink py-1 pl-3">
          <p className="flex flex-wrap items-baseline justify-between gap-x-3">
            <span>
              <span className="font-strong">{one.name}</span> goes back too:{" "}
              <span className="figures">{one.from ?? "not known"}</span> to{" "}
              <span className="figures">{one.to}</span>
            </span>
            <button type="button" className="link" onClick={() => set(one.service, null)}>
              Leave it as it is
            </button>
          </p>
          <p className="text-12 text-faint">{one.because}</p>
          <Findings
            findings={[...one.dependsOn, ...one.dependents].filter((finding) => finding.service !== service)}
            onMove={set}
          />
        </div>
      ))}
      {data && data.order.length > 1 && (
        <p className="text-12 text-secondary">
          In this order: {data.order.join(", then ")}. It waits for a person before each but the first.
          {data.cycles.length > 0 &&
            " Some of them need each other, so there is a moment in which they do not fit."}
        </p>
      )}
    </div>
  );
}

function Findings({
  findings,
  onMove,
}: {
  findings: readonly DependencyFinding[];
  onMove: (service: string, version: string) => void;
}) {
  if (findings.length === 0) {
    return <p className="text-secondary">No other dependency is registered, in either direction.</p>;
  }
  return (
    <ul>
      {findings.map((one) => (
        <Finding key={`${one.service ?? one.why} ${one.direction}`} one={one} onMove={onMove} />
      ))}
    </ul>
  );
}

function Finding({
  one,
  onMove,
}: {
  one: DependencyFinding;
  onMove: (service: string, version: string) => void;
}) {
  const { icon: Icon, look: colour, word } = look[one.verdict];
  const { service } = one;
  return (
    <li className="grid grid-cols-[1rem_minmax(0,1fr)] items-start gap-x-2 py-1">
      <Icon aria-hidden className={`mt-0.5 size-4 ${colour}`} />
      <div className="grid min-w-0 gap-1">
        <p>
          <span className={`font-medium ${colour}`}>{word}:</span>{" "}
          {service === null ? (
            one.name
          ) : (
            <Link className="link" href={`/services/${service}`}>
              {one.name}
            </Link>
          )}
          {one.version !== null && <span className="figures text-secondary"> {one.version}</span>}
        </p>
        <p className="text-12 text-faint">{one.why}</p>
        {one.mustMove && service !== null && one.candidates.length > 0 && (
          <Select
            aria-label={`Take ${one.name} back too`}
            className="max-w-xs"
            value=""
            placeholder={`Take ${one.name} back too, to…`}
            choices={one.candidates.map((version) => ({ value: version, label: version }))}
            onChange={(event) => onMove(service, event.target.value)}
          />
        )}
        {one.mustMove && one.candidates.length === 0 && (
          <p className="text-12 text-state-danger-text">
            {service === null
              ? "Ask whoever runs it before you go on."
              : "No known good version of it would fit. Ask its owner before you go on."}
          </p>
        )}
      </div>
    </li>
  );
}

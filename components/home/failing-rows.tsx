import { clsx } from "clsx";
import { OctagonAlert } from "lucide-react";
import { EnvironmentMark } from "#components/ui/environment-mark.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { SeverityBadge } from "#components/ui/severity-badge.tsx";
import { toneLook } from "#components/ui/tone.ts";
import type { FactValue, Severity } from "#lib/domain/incident.ts";

/** A service in an environment in which a threshold of its playbook is crossed right now. */
export type FailingPlace = {
  service: string;
  serviceName: string;
  environment: string;
  protected: boolean;
  current: string | null;
  crossed: readonly { id: string; title: string; severity: Severity; value: FactValue; unit: string }[];
  mayDeclare: boolean;
};

/** What is measured to be wrong while nobody has declared it: the one thing to do stands beside it. */
export function FailingRows({ places }: { places: readonly FailingPlace[] }) {
  return (
    <ul aria-label="Failing now">
      {places.map((place) => (
        <li
          key={`${place.service} ${place.environment}`}
          className="relative grid items-center gap-x-6 gap-y-3 border-b border-line-faint py-3 pl-4 sm:grid-cols-[minmax(0,1fr)_auto]"
        >
          <span aria-hidden className={clsx("absolute inset-y-0 left-0 w-1", toneLook.danger.fill)} />
          <div className="grid min-w-0 gap-1.5">
            <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
              {place.crossed[0] && <SeverityBadge severity={place.crossed[0].severity} />}
              <EnvironmentMark environment={{ name: place.environment, isProtected: place.protected }} />
            </div>
            <p className="text-20 font-strong break-words">
              {place.serviceName}{" "}
              {place.current && <span className="figures font-regular text-secondary">{place.current}</span>}
            </p>
            <ul className="flex flex-wrap gap-x-4 gap-y-0.5 text-state-danger-text">
              {place.crossed.map((one) => (
                <li key={one.id} className="flex items-center gap-1.5">
                  <OctagonAlert aria-hidden className="size-4 shrink-0" />
                  <span>
                    {one.title} <span className="figures">{String(one.value)}</span> {one.unit}
                  </span>
                </li>
              ))}
            </ul>
          </div>
          {place.mayDeclare && (
            <LinkButton
              href={`/declare?${new URLSearchParams({ service: place.service, environment: place.environment }).toString()}`}
            >
              Declare for {place.serviceName}
            </LinkButton>
          )}
        </li>
      ))}
    </ul>
  );
}

import { Code } from "#components/ui/code.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Section } from "#components/ui/section.tsx";
import type { Json } from "#lib/domain/json.ts";
import type { EnvironmentView } from "#lib/domain/view.ts";

/** Where each component lives and through what it is touched. Secrets stand as names only. */
export function TargetsSection({
  environment,
  adapters,
}: {
  environment: EnvironmentView;
  adapters: Record<string, string>;
}) {
  return (
    <Section title="Targets">
      {environment.targets.length === 0 ? (
        <EmptyState title="No target is registered">
          Without a target nothing can be rolled back here. An admin adds it with a PATCH to the service: the
          component, the adapter that reaches it, and its settings.
        </EmptyState>
      ) : (
        <ul className="grid gap-4">
          {environment.targets.map((target) => (
            <li key={target.id} className="min-w-0 border-b border-line-faint pb-3">
              <p className="flex flex-wrap items-baseline gap-x-2">
                <span className="text-16 font-strong">{titled(target.component)}</span>
                <span className="text-secondary">
                  through {adapters[target.adapter] ?? "an adapter that is not installed"}
                </span>
                <Code>{target.adapter}</Code>
              </p>
              <dl className="grid gap-x-4 pt-1 sm:grid-cols-[10rem_minmax(0,1fr)]">
                {Object.entries(target.settings).map(([name, value]) => (
                  <div key={name} className="contents">
                    <dt className="text-faint">{name}</dt>
                    <dd className="font-mono text-12 leading-5 break-all max-sm:pb-1">{shown(value)}</dd>
                  </div>
                ))}
                {target.secrets.length > 0 && (
                  <div className="contents">
                    <dt className="text-faint">Secrets</dt>
                    <dd>{target.secrets.join(", ")}</dd>
                  </div>
                )}
              </dl>
            </li>
          ))}
        </ul>
      )}
      {environment.allow.length > 0 && (
        <p className="pt-3 text-secondary">
          The worker may reach{" "}
          {environment.allow.map((place, at) => (
            <span key={place}>
              {at > 0 && ", "}
              <Code>{place}</Code>
            </span>
          ))}
          , and nothing else.
        </p>
      )}
    </Section>
  );
}

function titled(component: string): string {
  const words = component.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function shown(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

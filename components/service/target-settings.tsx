import { ChevronRight } from "lucide-react";
import { Code } from "#components/ui/code.tsx";
import { labelFromName } from "#components/ui/schema-form/json-schema.ts";
import type { Json } from "#lib/domain/json.ts";
import type { EnvironmentView } from "#lib/domain/view.ts";

/** So many are read at a glance; more stand behind a line that counts them. */
const atOnce = 4;

/** What was said of a target when it was registered. Secrets stand as names only. */
export function TargetSettings({ target }: { target: EnvironmentView["targets"][number] }) {
  const settings = Object.entries(target.settings);
  const list = (
    <dl className="grid grid-cols-[minmax(6.5rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-0.5 sm:grid-cols-[10rem_minmax(0,1fr)]">
      <dt className="text-faint">Adapter</dt>
      <dd>
        <Code>{target.adapter}</Code>
      </dd>
      {settings.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="max-w-40 break-words text-faint">{labelFromName(name)}</dt>
          <dd className="font-mono text-12 leading-5 break-words">
            <Value value={value ?? null} />
          </dd>
        </div>
      ))}
      {target.secrets.length > 0 && (
        <div className="contents">
          <dt className="text-faint">Secrets</dt>
          <dd className="break-words">{target.secrets.join(", ")}</dd>
        </div>
      )}
    </dl>
  );
  if (settings.length <= atOnce) return list;
  return (
    <details className="group/settings">
      <summary className="flex min-h-control w-fit cursor-pointer list-none items-center gap-1.5 pr-2 text-secondary hover:text-primary [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 text-faint transition-transform group-open/settings:rotate-90 motion-reduce:transition-none"
        />
        {settings.length} settings
      </summary>
      <div className="pt-1">{list}</div>
    </details>
  );
}

/** A list of texts line by line, so that an argument vector can be read. */
function Value({ value }: { value: Json }) {
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string")) {
    return value.map((one, at) => (
      <span key={at} className="block">
        {one}
      </span>
    ));
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

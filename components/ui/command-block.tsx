import { clsx } from "clsx";
import { CopyButton } from "#components/ui/copy-button.tsx";

/** The exact command, in mono, to read and to copy. Long lines wrap rather than hide. `output` is what came back. */
export function CommandBlock({
  command,
  output,
  label = "command",
  quiet = false,
}: {
  command: string;
  output?: string | null;
  label?: string;
  quiet?: boolean;
}) {
  return (
    <div className={clsx("rounded-1 bg-surface-sunken", !quiet && "border border-line-soft")}>
      <div className="flex items-start gap-2 py-0.5 pr-0.5 pl-2.5">
        <pre
          tabIndex={0}
          aria-label={label}
          className="min-w-0 grow py-1 text-12 leading-5 break-words whitespace-pre-wrap rounded-1"
        >
          <code>{command}</code>
        </pre>
        <CopyButton text={command} what={label} />
      </div>
      {output && (
        <pre
          tabIndex={0}
          aria-label={`output of the ${label}`}
          className="max-h-64 overflow-auto border-t border-line-soft px-2.5 py-1.5 text-12 leading-5 whitespace-pre-wrap text-secondary"
        >
          {output}
        </pre>
      )}
    </div>
  );
}

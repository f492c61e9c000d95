"use client";

import { CircleCheck, CircleHelp, OctagonAlert } from "lucide-react";
import type { Checked, TextFault } from "#components/playbook/check-text.ts";
import { Section } from "#components/ui/section.tsx";

type CheckSectionProps = {
  id: string;
  checked: Checked | null;
  isCurrent: boolean;
  onLine: (line: number) => void;
};

/** How the text stands: no fault, or each fault with its line, its place and why; a press leads there. */
export function CheckSection({ id, checked, isCurrent, onLine }: CheckSectionProps) {
  const faults = checked?.state === "faulty" ? checked.faults : [];
  return (
    <Section title="Checked while you write">
      <div id={id} role="status">
        <Standing checked={checked} isCurrent={isCurrent} />
      </div>
      {faults.length > 0 && (
        <ol aria-label="Faults" className="pt-2 lg:max-h-[calc(100dvh-24rem)] lg:overflow-y-auto">
          {faults.map((fault, at) => (
            <FaultRow key={at} fault={fault} onLine={onLine} />
          ))}
        </ol>
      )}
    </Section>
  );
}

function Standing({ checked, isCurrent }: Pick<CheckSectionProps, "checked" | "isCurrent">) {
  const line = "flex items-start gap-2";
  if (checked === null || (checked.state === "unknown" && isCurrent)) {
    return (
      <p className={`${line} hatched rounded-1 px-3 py-2 text-state-unknown-text`}>
        <CircleHelp aria-hidden className="mt-0.5 size-4 shrink-0" />
        {checked === null ? "Not checked yet." : checked.why}
      </p>
    );
  }
  if (!isCurrent) return <p className={`${line} text-secondary`}>Checking what you changed.</p>;
  if (checked.state === "good") {
    return (
      <p className={`${line} font-medium text-state-ok-text`}>
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span className="min-w-0 break-words">
          No fault. This is version {checked.version} of {checked.id}.
        </span>
      </p>
    );
  }
  const count = checked.state === "faulty" ? checked.faults.length : 0;
  return (
    <p className={`${line} font-medium text-state-danger-text`}>
      <OctagonAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      {count === 1 ? "One fault." : `${count} faults.`} Nothing can be stored yet.
    </p>
  );
}

function FaultRow({ fault, onLine }: { fault: TextFault; onLine: (line: number) => void }) {
  const { line, path, message } = fault;
  return (
    <li className="border-b border-line-faint py-row">
      {line !== null && (
        <button
          type="button"
          onClick={() => onLine(line)}
          className="link figures min-h-6 pr-2 font-strong pointer-coarse:min-h-11"
        >
          Line {line}
        </button>
      )}
      <span className="break-words">{message}</span>
      {path !== "" && <span className="figures block text-12 break-all text-faint">{path}</span>}
    </li>
  );
}

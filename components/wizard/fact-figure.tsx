"use client";

import { clsx } from "clsx";
import { formatDuration } from "#components/ui/format-time.ts";
import { inputLook } from "#components/ui/input-look.ts";
import type { FactAnswer } from "#components/wizard/answers.ts";

/**
 * A figure with its unit. A text field, not a number field: that one drops what it cannot read, and "4 m 12 s" is how
 * people say it.
 */
export function FactFigure({
  id,
  answer,
  label,
  onText,
}: {
  id?: string;
  answer: FactAnswer;
  label?: string;
  onText: (text: string) => void;
}) {
  const { definition, text, value, fault, by } = answer;
  const unit = "unit" in definition ? definition.unit : "";
  const isLong = definition.type === "duration" && typeof value === "number" && value >= 60;
  return (
    <span className="inline-flex min-w-0 items-stretch">
      <input
        {...(id === undefined ? {} : { id })}
        data-fact={definition.id}
        type="text"
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        value={text}
        placeholder="not known"
        aria-label={label}
        aria-invalid={fault === null ? undefined : true}
        aria-describedby={fault === null ? undefined : `fault-${definition.id}`}
        onChange={(event) => onText(event.target.value)}
        className={clsx(
          inputLook,
          "figures w-24! rounded-r-none text-right placeholder:font-sans placeholder:tracking-normal placeholder:[word-spacing:normal] placeholder:text-faint",
          by === "signal" && "text-secondary",
        )}
      />
      <span className="flex min-w-0 items-center rounded-r-1 border border-l-0 border-line-strong bg-surface-panel px-2 text-12 text-secondary">
        {unit}
        {isLong && (
          <span className="figures pl-1.5 whitespace-nowrap text-faint">= {formatDuration(value)}</span>
        )}
      </span>
    </span>
  );
}

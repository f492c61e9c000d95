"use client";

import { clsx } from "clsx";
import { RadioGroup as Radix } from "radix-ui";
import { useId, type ReactNode } from "react";

type RadioChoice = { value: string; label: ReactNode; hint?: ReactNode; disabled?: boolean };
type RadioGroupProps = {
  /** Read out for the group; use aria-labelledby instead where the question is on the page. */
  label?: string;
  labelledBy?: string;
  choices: readonly RadioChoice[];
  name?: string;
  value?: string;
  defaultValue?: string;
  onValueChange?: (value: string) => void;
  /** Side by side, as one row of keys, for two to four short answers. */
  row?: boolean;
  required?: boolean;
};

/** One of a few, all of them in sight. */
export function RadioGroup({ label, labelledBy, choices, row = false, ...rest }: RadioGroupProps) {
  const id = useId();
  return (
    <Radix.Root
      {...rest}
      aria-label={label}
      aria-labelledby={labelledBy}
      className={clsx(
        row
          ? "flex w-fit max-w-full flex-wrap gap-px rounded-1 border border-line-strong bg-line-soft"
          : "grid",
      )}
    >
      {choices.map((choice, index) => {
        const itemId = `${id}-${index}`;
        return row ? (
          <Radix.Item
            key={choice.value}
            value={choice.value}
            disabled={choice.disabled ?? false}
            className={clsx(
              "min-h-control min-w-16 grow bg-surface-sunken px-3 py-1 hover:bg-surface-hover focus-visible:z-10",
              "data-[state=checked]:bg-surface-inverse data-[state=checked]:font-strong data-[state=checked]:text-inverse",
            )}
          >
            {choice.label}
          </Radix.Item>
        ) : (
          <div key={choice.value} className="flex min-h-control items-start gap-2.5 py-1">
            <Radix.Item
              id={itemId}
              value={choice.value}
              disabled={choice.disabled ?? false}
              aria-describedby={choice.hint ? `${itemId}-hint` : undefined}
              className={clsx(
                "relative mt-0.5 grid size-4.5 shrink-0 place-items-center rounded-pill border border-line-strong bg-surface-sunken",
                "after:absolute after:-inset-2 pointer-coarse:mt-0 pointer-coarse:size-6 disabled:opacity-60",
              )}
            >
              <Radix.Indicator className="size-2.5 rounded-pill bg-surface-inverse pointer-coarse:size-3.5" />
            </Radix.Item>
            <div className="min-w-0 pt-0.5">
              <label htmlFor={itemId} className="block">
                {choice.label}
              </label>
              {choice.hint && (
                <div id={`${itemId}-hint`} className="text-12 text-faint">
                  {choice.hint}
                </div>
              )}
            </div>
          </div>
        );
      })}
    </Radix.Root>
  );
}

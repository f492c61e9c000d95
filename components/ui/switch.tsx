"use client";

import { clsx } from "clsx";
import { Switch as Radix } from "radix-ui";
import { useId, type ReactNode } from "react";

type SwitchProps = {
  label: ReactNode;
  hint?: ReactNode;
  name?: string;
  checked?: boolean;
  defaultChecked?: boolean;
  onCheckedChange?: (checked: boolean) => void;
  disabled?: boolean;
};

/** On or off, at once. Where it takes effect only on submit, use a Checkbox. */
export function Switch({ label, hint, ...rest }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex min-h-control items-start gap-2.5 py-1">
      <Radix.Root
        {...rest}
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className={clsx(
          "relative mt-0.5 h-4.5 w-8 shrink-0 rounded-pill border border-line-strong bg-surface-sunken transition-colors",
          "after:absolute after:-inset-2.5 data-[state=checked]:border-transparent data-[state=checked]:bg-surface-inverse",
          "pointer-coarse:h-6 pointer-coarse:w-11 disabled:opacity-60",
        )}
      >
        <Radix.Thumb
          className={clsx(
            "block size-3 translate-x-0.5 rounded-pill bg-line-strong transition-transform pointer-coarse:size-4",
            "data-[state=checked]:translate-x-4 data-[state=checked]:bg-surface-panel pointer-coarse:data-[state=checked]:translate-x-6",
          )}
        />
      </Radix.Root>
      <div className="min-w-0 pt-0.5">
        <label htmlFor={id} className="block">
          {label}
        </label>
        {hint && (
          <div id={`${id}-hint`} className="text-12 text-faint">
            {hint}
          </div>
        )}
      </div>
    </div>
  );
}

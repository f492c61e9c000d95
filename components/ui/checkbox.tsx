"use client";

import { clsx } from "clsx";
import { Check, Minus } from "lucide-react";
import { Checkbox as Radix } from "radix-ui";
import { useId, type ReactNode } from "react";

type CheckboxProps = {
  label: ReactNode;
  hint?: ReactNode;
  name?: string;
  value?: string;
  checked?: boolean | "indeterminate";
  defaultChecked?: boolean;
  onCheckedChange?: (checked: boolean) => void;
  disabled?: boolean;
  required?: boolean;
};

/** A tick with its sentence; the whole line can be pressed. */
export function Checkbox({ label, hint, onCheckedChange, ...rest }: CheckboxProps) {
  const id = useId();
  return (
    <div className="flex min-h-control items-start gap-2.5 py-1">
      <Radix.Root
        {...rest}
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onCheckedChange={(checked) => onCheckedChange?.(checked === true)}
        className={clsx(
          "relative mt-0.5 grid size-4.5 shrink-0 place-items-center rounded-1 border border-line-strong bg-surface-sunken",
          "after:absolute after:-inset-2 pointer-coarse:mt-0 pointer-coarse:size-6 pointer-coarse:after:-inset-2.5",
          "data-[state=checked]:border-transparent data-[state=checked]:bg-surface-inverse data-[state=checked]:text-inverse",
          "data-[state=indeterminate]:bg-surface-inverse data-[state=indeterminate]:text-inverse disabled:opacity-60",
        )}
      >
        <Radix.Indicator>
          {rest.checked === "indeterminate" ? (
            <Minus aria-hidden className="size-3.5" strokeWidth={3} />
          ) : (
            <Check aria-hidden className="size-3.5" strokeWidth={3} />
          )}
        </Radix.Indicator>
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

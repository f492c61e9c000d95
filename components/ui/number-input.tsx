import { clsx } from "clsx";
import type { ComponentProps } from "react";
import { inputLook } from "#components/ui/input-look.ts";

/** A number with its unit beside it: `12.5 %`, `3 s`. Figures stand right, next to the unit. */
export function NumberInput({
  unit,
  className,
  ...rest
}: Omit<ComponentProps<"input">, "type"> & { unit?: string }) {
  return (
    <span className={clsx("flex w-36 max-w-full items-stretch", className)}>
      <input
        inputMode="decimal"
        step="any"
        autoComplete="off"
        {...rest}
        type="number"
        className={clsx(
          inputLook,
          "figures min-w-0 [appearance:textfield] text-right [&::-webkit-inner-spin-button]:appearance-none",
          unit && "rounded-r-none",
        )}
      />
      {unit && (
        <span className="flex shrink-0 items-center rounded-r-1 border border-l-0 border-line-strong bg-surface-panel px-2.5 text-secondary">
          {unit}
        </span>
      )}
    </span>
  );
}

import { clsx } from "clsx";
import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { inputLook } from "#components/ui/input-look.ts";

export type Choice = { value: string; label: string; disabled?: boolean };

/** The platform's own list: quickest by keyboard and on a phone. `placeholder` is an empty first choice. */
export function Select({
  choices,
  placeholder,
  className,
  ...rest
}: Omit<ComponentProps<"select">, "children"> & { choices: readonly Choice[]; placeholder?: string }) {
  return (
    <span className={clsx("relative block", className)}>
      <select {...rest} className={clsx(inputLook, "appearance-none pr-8 [&>option]:bg-surface-raised")}>
        {placeholder !== undefined && <option value="">{placeholder}</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} disabled={choice.disabled}>
            {choice.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-faint"
      />
    </span>
  );
}

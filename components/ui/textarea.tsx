import { clsx } from "clsx";
import type { ComponentProps } from "react";
import { inputLook } from "#components/ui/input-look.ts";

/** Several lines of text; grows with what is typed. */
export function Textarea({
  mono = false,
  className,
  ...rest
}: ComponentProps<"textarea"> & { mono?: boolean }) {
  return (
    <textarea
      rows={3}
      {...rest}
      className={clsx(
        inputLook,
        "field-sizing-content max-h-80 min-h-20 py-1.5",
        mono && "font-mono text-12 pointer-coarse:text-16",
        className,
      )}
    />
  );
}

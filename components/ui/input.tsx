import { clsx } from "clsx";
import type { ComponentProps } from "react";
import { inputLook } from "#components/ui/input-look.ts";

/** A line of text. `mono` for versions, digests, addresses and commands. */
export function Input({ mono = false, className, ...rest }: ComponentProps<"input"> & { mono?: boolean }) {
  return <input autoComplete="off" {...rest} className={clsx(inputLook, mono && "font-mono", className)} />;
}

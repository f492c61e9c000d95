import type { ReactNode } from "react";

/** A version, digest, key or name within a sentence, in tabular mono. `short` cuts a digest to its first twelve signs. */
export function Code({ children, short = false }: { children: ReactNode; short?: boolean }) {
  const isCut = short && typeof children === "string" && children.length > 14;
  return (
    <code
      className="figures rounded-1 bg-surface-sunken px-1 text-[0.93em] break-all"
      title={isCut ? children : undefined}
    >
      {isCut ? children.replace(/^(sha256:)?(.{12}).*$/s, "$2…") : children}
    </code>
  );
}

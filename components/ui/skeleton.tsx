import { clsx } from "clsx";

/** The shape of what is coming. `what` is said to screen readers: "the plan". */
export function Skeleton({
  what,
  rows = 4,
  shape = "rows",
}: {
  what: string;
  rows?: number;
  shape?: "rows" | "text" | "rungs";
}) {
  const widths = ["w-3/4", "w-1/2", "w-5/6", "w-2/3"];
  return (
    <div role="status" className="grid">
      <span className="sr-only">Loading {what}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div
          key={index}
          aria-hidden
          className={clsx(
            "flex items-center gap-4",
            shape === "text" ? "py-1" : "border-b border-line-faint py-row",
          )}
        >
          {shape === "rungs" && <span className="h-1.5 w-6 shrink-0 bg-surface-hover" />}
          <span
            className={clsx(
              "my-1 h-3 animate-breathe rounded-1 bg-surface-hover",
              widths[index % widths.length],
            )}
          />
          {shape === "rows" && (
            <span className="my-1 ml-auto h-3 w-14 animate-breathe rounded-1 bg-surface-hover" />
          )}
        </div>
      ))}
    </div>
  );
}

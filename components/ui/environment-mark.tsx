import { clsx } from "clsx";

export type EnvironmentView = { name: string; isProtected: boolean };

/** The environment's name. A protected one is a filled block that nobody overlooks; the rest are outlined. */
export function EnvironmentMark({
  environment,
  isDrill = false,
}: {
  environment: EnvironmentView;
  isDrill?: boolean;
}) {
  return (
    <span className="inline-flex items-center gap-1.5 align-middle">
      <span
        className={clsx(
          "rounded-1 border px-1.5 py-px text-12 font-strong whitespace-nowrap",
          environment.isProtected
            ? "border-production-line bg-production-line text-production-text"
            : "border-line-strong text-secondary",
        )}
      >
        {environment.name.charAt(0).toUpperCase() + environment.name.slice(1)}
        {environment.isProtected && environment.name !== "production" && (
          <span className="font-regular">, protected</span>
        )}
      </span>
      {isDrill && (
        <span className="rounded-1 border border-dashed border-line-strong px-1.5 py-px text-12 font-strong text-secondary">
          Drill
        </span>
      )}
    </span>
  );
}

import { clsx } from "clsx";

export type EnvironmentView = { name: string; isProtected: boolean };

/**
 * The environment's name. A protected one is a filled block that nobody overlooks; the rest are outlined. `quiet` is for
 * long lists, where a column of blocks would drown the states: a bar and the word.
 */
export function EnvironmentMark({
  environment,
  isDrill = false,
  quiet = false,
}: {
  environment: EnvironmentView;
  isDrill?: boolean;
  quiet?: boolean;
}) {
  return (
    <span className="inline-flex items-center gap-1.5 align-middle">
      <span
        className={clsx(
          "px-1.5 text-12 font-strong whitespace-nowrap",
          quiet
            ? [
                "border-l-3",
                environment.isProtected ? "border-production-line" : "border-line-soft text-secondary",
              ]
            : [
                "rounded-1 border py-px",
                environment.isProtected
                  ? "border-production-line bg-production-line text-production-text"
                  : "border-line-strong text-secondary",
              ],
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

import { clsx } from "clsx";
import { Check } from "lucide-react";
import Link from "next/link";

export type TrailStep = { href: string; label: string; state: "done" | "current" | "open" | "shut" };

/** Where one is in a wizard. Each step has its address; a shut one cannot be gone to yet. */
export function StepTrail({ label, steps }: { label: string; steps: readonly TrailStep[] }) {
  const current = Math.max(
    0,
    steps.findIndex((step) => step.state === "current"),
  );
  return (
    <nav aria-label={label}>
      <p className="pb-1 text-secondary sm:hidden">
        <span className="figures text-primary">
          {current + 1} of {steps.length}
        </span>{" "}
        <span className="font-strong text-primary">{steps[current]?.label}</span>
        {steps[current + 1] && (
          <span className="text-faint">, then {steps[current + 1]?.label.toLowerCase()}</span>
        )}
      </p>
      <ol className="flex gap-1 sm:gap-0">
        {steps.map((step, index) => {
          const line = clsx(
            "block h-1 w-full",
            step.state === "current"
              ? "bg-surface-inverse"
              : step.state === "done"
                ? "bg-line-strong"
                : "bg-line-faint",
          );
          const words = (
            <>
              <span className={line} />
              <span
                className={clsx(
                  "flex items-center gap-1.5 pt-2 pr-3 max-sm:sr-only",
                  step.state === "current"
                    ? "font-strong text-primary"
                    : step.state === "shut"
                      ? "text-faint"
                      : "text-secondary",
                )}
              >
                {step.state === "done" ? (
                  <Check aria-hidden className="size-4" />
                ) : (
                  <span className="figures text-12">{index + 1}</span>
                )}
                {step.label}
                {step.state === "done" && <span className="sr-only"> (done)</span>}
              </span>
            </>
          );
          return (
            <li
              key={step.href}
              className="min-w-0 grow basis-0"
              aria-current={step.state === "current" ? "step" : undefined}
            >
              {step.state === "done" || step.state === "open" ? (
                <Link href={step.href} className="block rounded-1 py-2 hover:text-primary">
                  {words}
                </Link>
              ) : (
                <span className="block py-2">{words}</span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

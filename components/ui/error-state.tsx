import { OctagonAlert } from "lucide-react";
import type { ReactNode } from "react";
import { CopyButton } from "#components/ui/copy-button.tsx";

type ErrorStateProps = {
  happened: string;
  /** What was not touched: the question everybody has at 3 a.m. */
  untouched: string;
  next: ReactNode;
  /** The stable code or the id to quote. */
  reference?: string;
  action?: ReactNode;
};

/** What happened, what was not touched, what to do next. */
export function ErrorState({ happened, untouched, next, reference, action }: ErrorStateProps) {
  return (
    <div role="alert" className="grid gap-3 border-l-4 border-state-danger-line py-1 pl-4">
      <p className="flex items-start gap-2 text-16 font-strong">
        <OctagonAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-state-danger-text" />
        {happened}
      </p>
      <dl className="grid max-w-2xl gap-x-4 gap-y-1 sm:grid-cols-[7rem_1fr]">
        <dt className="text-faint">Not touched</dt>
        <dd>{untouched}</dd>
        <dt className="text-faint">What next</dt>
        <dd>{next}</dd>
      </dl>
      {(reference !== undefined || action) && (
        <div className="flex flex-wrap items-center gap-3">
          {action}
          {reference !== undefined && (
            <span className="inline-flex items-center gap-1 text-12 text-faint">
              <span className="figures">{reference}</span>
              <CopyButton text={reference} what="reference" />
            </span>
          )}
        </div>
      )}
    </div>
  );
}

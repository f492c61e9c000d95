import Link from "next/link";
import { EmptyState } from "#components/ui/empty-state.tsx";

/** There is nothing to go back to: says why, and who can change that. */
export function NoTarget({ service, hasHistory }: { service: string; hasHistory: boolean }) {
  return (
    <div className="pb-4">
      <EmptyState title="No version here is known to be good">
        {hasHistory
          ? "A rollback goes only to a version that ran here and was judged good, and that is not quarantined. A release manager can judge one of these, or lift a quarantine, in the "
          : "No deployment was reported for this environment, so there is nothing to go back to. Deployments are reported by the build system, or by hand in the "}
        <Link className="link" href={`/services/${service}`}>
          deployment history
        </Link>
        . Until then: fix forward.
      </EmptyState>
    </div>
  );
}

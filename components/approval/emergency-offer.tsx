import { Notice } from "#components/ui/notice.tsx";
import { RelativeWords } from "#components/ui/relative-words.tsx";
import { deciderWords } from "#lib/domain/approval-words.ts";
import type { RollbackView } from "#lib/domain/view.ts";

/** Nobody decided in time: what may be done about it, and by whom. Nothing of it happens by itself. */
export function EmergencyOffer({ rollback }: { rollback: Pick<RollbackView, "approvals"> }) {
  const offer = rollback.approvals.emergencyOffer;
  if (offer === null) return null;
  return (
    <Notice live tone="warn" title="Nobody has decided. It may be declared an emergency">
      <p>
        {deciderWords(offer)} may do so, with one of these criteria and a reason. It skips the approval and
        nothing else, and leaves a review to write. Offered <RelativeWords at={offer.since} />; until somebody
        acts, it goes on waiting.
      </p>
      <ul className="list-disc pt-1.5 pl-5">
        {offer.criteria.map((criterion) => (
          <li key={criterion.id}>{criterion.title}</li>
        ))}
      </ul>
    </Notice>
  );
}

import Link from "next/link";
import { Notice } from "#components/ui/notice.tsx";
import { stateWord } from "#components/ui/state.ts";
import type { RecordedDecision } from "#components/wizard/recorded-decision.ts";

/** Above the choice of a target where the verdict was not to roll back, or none was reached yet. */
export function VerdictRemark({
  decision,
  incident,
}: {
  decision: RecordedDecision | null;
  incident: string;
}) {
  const again = (
    <Link className="link" href={`/declare?incident=${incident}`}>
      {decision ? "Look at the facts again" : "Answer its questions"}
    </Link>
  );
  if (decision === null) {
    return (
      <Notice tone="unknown" title="The playbook has not been asked yet" action={again}>
        Nobody has decided from facts whether to roll back. You can go on, and approvers will see that.
      </Notice>
    );
  }
  const verdict = decision.override ?? decision.verdict;
  if (verdict === "rollback") return null;
  const { tone, word } = stateWord("verdict", verdict);
  return (
    <Notice tone={tone} title={`The verdict is: ${word.toLowerCase()}`} action={again}>
      {decision.override ? (decision.reason ?? "") : (decision.rules[0]?.because ?? "")} You can plan a
      rollback all the same; say why under Reason.
    </Notice>
  );
}

import { CopyButton } from "#components/ui/copy-button.tsx";
import { DayTime } from "#components/ui/day-time.tsx";
import { KeyValues } from "#components/ui/key-values.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { capacityWords, deciderWords } from "#lib/domain/approval-words.ts";
import { standingApprovals } from "#lib/domain/standing-approvals.ts";
import type { RollbackView } from "#lib/domain/view.ts";

/** Who wrote it, who has signed it, who still may, and the hash of what is signed. */
export function SignaturesSection({ rollback }: { rollback: RollbackView }) {
  const { approvals, plan } = rollback;
  const standing = standingApprovals(approvals.given).length;
  return (
    <Section
      title="Signatures"
      aside={
        rollback.emergency === null && (
          <span>
            <span className="figures text-primary">
              {standing} of {approvals.required}
            </span>{" "}
            given
          </span>
        )
      }
    >
      <ul>
        {approvals.given.map((one, index) => (
          <li key={index} className="grid gap-1 border-b border-line-faint py-row">
            <span className="flex flex-wrap items-center gap-x-2">
              <StateBadge
                kind="approval"
                size="quiet"
                state={
                  one.voidedAt !== null || one.lost !== null
                    ? "void"
                    : one.decision === "approve"
                      ? "approved"
                      : "rejected"
                }
              />
              <span className="font-medium">{one.by.name}</span>
              <span className="min-w-0 break-words text-faint">
                {capacityWords(one)}
                {one.via.until !== null && (
                  <>
                    , until <DayTime at={one.via.until} />
                  </>
                )}
              </span>
              <RelativeTime at={one.at} />
            </span>
            {one.comment && <span className="max-w-2xl break-words whitespace-pre-wrap">{one.comment}</span>}
            {one.voidReason && <span className="text-secondary">Void: {one.voidReason}</span>}
            {one.lost && <span className="text-secondary">No longer counts: {one.lost}</span>}
          </li>
        ))}
      </ul>
      <KeyValues
        items={[
          { key: "Started by", value: rollback.initiator.name },
          ...(rollback.editors.length > 0
            ? [{ key: "Edited by", value: rollback.editors.map((one) => one.name).join(", ") }]
            : []),
          {
            key: "May approve",
            value:
              approvals.required === 0 ? "Nobody has to" : `${deciderWords(approvals)}; nobody who wrote it`,
          },
          ...(approvals.onDuty.length > 0
            ? [
                {
                  key: "On call now",
                  value: (
                    <ul>
                      {approvals.onDuty.map(({ person, until }) => (
                        <li key={person.id}>
                          {person.name}, until <DayTime at={until} />
                        </li>
                      ))}
                    </ul>
                  ),
                },
              ]
            : []),
          ...(plan
            ? [
                {
                  key: "Plan hash",
                  value: (
                    <span className="flex items-start gap-1">
                      <span className="figures text-12 break-all">{plan.hash}</span>
                      <CopyButton text={plan.hash} what="plan hash" />
                    </span>
                  ),
                  hint: "An approval counts for exactly this plan.",
                },
              ]
            : []),
        ]}
      />
    </Section>
  );
}

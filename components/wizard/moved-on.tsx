import { LinkButton } from "#components/ui/link-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { stateWord } from "#components/ui/state.ts";
import type { RollbackView } from "#lib/domain/view.ts";

/** Somebody submitted, cancelled or ran it meanwhile: this is no draft any more. */
export function MovedOn({ rollback }: { rollback: RollbackView }) {
  const { tone, word } = stateWord("rollback", rollback.state);
  return (
    <Notice
      live
      tone={tone}
      title={`${rollback.number} is no draft any more: ${word.toLowerCase()}`}
      action={<LinkButton href={`/rollbacks/${rollback.number}`}>Open {rollback.number}</LinkButton>}
    >
      Nothing can be changed here now.
    </Notice>
  );
}

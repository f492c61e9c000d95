import { clsx } from "clsx";
import { stateWord, type StateKind, type StateOf } from "#components/ui/state.ts";
import { toneLook } from "#components/ui/tone.ts";

type StateBadgeProps<K extends StateKind> = {
  kind: K;
  /** A state of the vocabulary; any other text is shown as unknown. */
  state: StateOf<K> | (string & {});
  /** Said instead of the vocabulary's word, where a count or a name makes it clearer. */
  word?: string;
  /** `quiet` has no ground and no border: for dense rows. `large` is for the context bar and headings. */
  size?: "quiet" | "normal" | "large";
};

/** A state as icon and word, in the colour of its tone; unknown is grey and hatched. */
export function StateBadge<K extends StateKind>({ kind, state, word, size = "normal" }: StateBadgeProps<K>) {
  const { tone, icon: Icon, word: standard } = stateWord(kind, state);
  const look = toneLook[tone];
  return (
    <span
      data-tone={tone}
      className={clsx(
        "inline-flex w-fit items-center gap-1.5 align-middle whitespace-nowrap",
        look.text,
        size !== "quiet" && ["rounded-1 border", look.ground, look.edge],
        size === "normal" && "px-1.5 py-px text-12 font-medium",
        size === "large" && "px-2 py-0.5 text-14 font-strong",
        size === "quiet" && tone === "unknown" && "hatched rounded-1 px-1",
      )}
    >
      <Icon aria-hidden className={size === "large" ? "size-4" : "size-3.5"} strokeWidth={2.25} />
      {word ?? standard}
    </span>
  );
}

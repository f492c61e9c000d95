import { CircleCheck, CircleHelp, CircleX } from "lucide-react";

/** How a target stood when it was looked at: whether anything speaks against rolling back through it. */
export function StandingMark({ ok }: { ok: boolean | null }) {
  const { Icon, look, word } =
    ok === true
      ? ({ Icon: CircleCheck, look: "text-state-ok-text", word: "All well" } as const)
      : ok === false
        ? ({ Icon: CircleX, look: "text-state-danger-text", word: "Not well" } as const)
        : ({ Icon: CircleHelp, look: "text-state-unknown-text", word: "Not known" } as const);
  return (
    <span className={`flex items-center gap-1.5 font-medium ${look}`}>
      <Icon aria-hidden className="size-4 shrink-0" />
      {word}
    </span>
  );
}

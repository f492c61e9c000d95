import { ArrowDown, ArrowUp } from "lucide-react";

/** "3 new": what arrived while the reader was elsewhere in the list. It waits to be pressed; nothing moves by itself. */
export function NewItems({
  count,
  direction = "up",
  onShow,
}: {
  count: number;
  direction?: "up" | "down";
  onShow: () => void;
}) {
  const Icon = direction === "up" ? ArrowUp : ArrowDown;
  return (
    <div role="status" className="sticky top-[calc(var(--context-bar)+0.5rem)] z-10 flex h-0 justify-center">
      {count > 0 && (
        <button
          type="button"
          onClick={onShow}
          className="inline-flex h-control animate-rise items-center gap-1.5 rounded-pill bg-surface-inverse px-3.5 font-strong text-inverse shadow-raised"
        >
          <Icon aria-hidden className="size-4" />
          <span className="tabular-nums">{count} new</span>
        </button>
      )}
    </div>
  );
}

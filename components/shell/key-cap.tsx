"use client";

import { useInBrowser } from "#components/ui/clock-provider.tsx";
import { keyCaps } from "#components/shell/shortcut-match.ts";

/** Keys as caps: `Ctrl` `K`, or `⌘` `K` where the keyboard has it. */
export function KeyCap({ keys }: { keys: string }) {
  const inBrowser = useInBrowser();
  const isApple = inBrowser && /Mac|iPhone|iPad/.test(navigator.platform);
  return (
    <span className="inline-flex gap-1">
      {keyCaps(keys, isApple).map((cap, index) => (
        <kbd
          key={index}
          className="min-w-5 rounded-1 border border-line-soft bg-surface-sunken px-1 text-center text-12 leading-4.5 text-secondary"
        >
          {cap}
        </kbd>
      ))}
    </span>
  );
}

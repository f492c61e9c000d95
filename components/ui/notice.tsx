import { clsx } from "clsx";
import {
  CircleCheck,
  CircleHelp,
  CirclePause,
  Info,
  OctagonAlert,
  TriangleAlert,
  type LucideIcon,
} from "lucide-react";
import type { ReactNode } from "react";
import { toneLook, type Tone } from "#components/ui/tone.ts";

const toneIcon: Record<Tone, LucideIcon> = {
  ok: CircleCheck,
  warn: TriangleAlert,
  danger: OctagonAlert,
  info: Info,
  paused: CirclePause,
  unknown: CircleHelp,
  neutral: Info,
};

/** Something to know before going on. `live` announces it when it appears. */
export function Notice({
  tone = "info",
  title,
  children,
  action,
  live = false,
}: {
  tone?: Tone;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  live?: boolean;
}) {
  const Icon = toneIcon[tone];
  const look = toneLook[tone];
  return (
    <div
      role={live ? (tone === "danger" ? "alert" : "status") : undefined}
      className={clsx(
        "flex items-start gap-3 rounded-1 border-l-4 px-3 py-2.5 max-sm:flex-wrap",
        tone === "unknown" ? look.ground : "bg-surface-panel",
        look.line,
      )}
    >
      <Icon aria-hidden className={clsx("mt-0.5 size-4 shrink-0", look.text)} strokeWidth={2.25} />
      <div className="min-w-0 grow max-sm:basis-[70%]">
        <p className={clsx("font-strong", look.text)}>{title}</p>
        {children && <div className="max-w-2xl pt-0.5 text-primary">{children}</div>}
      </div>
      {action && <div className="shrink-0 max-sm:basis-full max-sm:pl-7">{action}</div>}
    </div>
  );
}

import { clsx } from "clsx";
import type { ReactNode } from "react";
import { ContextBar, type ContextBarProps } from "#components/shell/context-bar.tsx";

type PageProps = ContextBarProps & {
  children: ReactNode;
  /** Facts at the side: right of the story from 1024 px, below it on a phone. */
  aside?: ReactNode;
  /** The one primary action and its companions, at the lower edge, the primary one last. */
  actions?: ReactNode;
  /** Left of the actions: what pressing them will mean, or who drives. */
  actionsNote?: ReactNode;
  /** `reading` keeps lines short; `full` lets tables and ledgers breathe. */
  width?: "reading" | "full";
};

/** Every console page: context on top, one column to read and one for facts, the action always in the same place. */
export function Page({ children, aside, actions, actionsNote, width = "full", ...context }: PageProps) {
  const measure = width === "reading" ? "max-w-3xl" : "max-w-[96rem]";
  return (
    <div className="flex min-h-dvh min-w-0 flex-col pb-[calc(3.5rem+env(safe-area-inset-bottom))] md:pb-0">
      <ContextBar {...context} />
      <main
        id="content"
        tabIndex={-1}
        className={clsx("flex grow flex-col outline-none", context.isDrill && "drill-watermark")}
      >
        <div className="grow px-4 pt-5 pb-10 md:px-6">
          <div
            className={clsx(
              "mx-auto",
              measure,
              aside &&
                "grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem] wide:grid-cols-[minmax(0,1fr)_24rem]",
            )}
          >
            <div className="grid min-w-0 grid-cols-1 content-start gap-8">{children}</div>
            {aside && (
              <div className="grid min-w-0 grid-cols-1 content-start gap-8 lg:sticky lg:top-20 lg:self-start">
                {aside}
              </div>
            )}
          </div>
        </div>
        {actions && (
          <div
            data-chrome
            className="sticky bottom-[calc(3.5rem+env(safe-area-inset-bottom))] z-20 border-t border-line-soft bg-surface-panel px-4 py-2 md:bottom-0 md:px-6"
          >
            <div
              className={clsx("mx-auto flex flex-wrap items-center justify-end gap-x-3 gap-y-1.5", measure)}
            >
              {actionsNote && (
                <div className="mr-auto min-w-0 text-secondary max-md:text-12">{actionsNote}</div>
              )}
              <div className="flex max-w-full flex-wrap justify-end gap-2 max-sm:grow max-sm:[&>*:last-child]:grow">
                {actions}
              </div>
            </div>
          </div>
        )}
      </main>
    </div>
  );
}

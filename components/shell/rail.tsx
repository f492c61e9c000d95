"use client";

import { clsx } from "clsx";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { BrandMark } from "#components/shell/brand-mark.tsx";
import { placeOf, places, type PlaceId } from "#components/shell/places.ts";
import { useShell, type ShellCounts } from "#components/shell/shell-context.tsx";
import type { Tone } from "#components/ui/tone.ts";

/** How many wait in a place. */
export function countOf(id: PlaceId, counts: ShellCounts): number {
  return id === "approvals"
    ? (counts.approvals ?? 0)
    : id === "incidents"
      ? (counts.incidents ?? 0)
      : id === "rollbacks"
        ? (counts.rollbacks ?? 0)
        : 0;
}

/** The narrow rail of places, from 768 px up. Every place has its word. */
export function Rail({ current, world }: { current?: PlaceId; world: { tone: Tone; word: string } }) {
  const pathname = usePathname();
  const { counts, statusHref } = useShell();
  const here = current ?? placeOf(pathname);
  return (
    <nav
      aria-label="Places"
      data-chrome
      className="sticky top-0 hidden h-dvh flex-col overflow-y-auto border-r bg-surface-sunken md:flex"
    >
      <Link
        href="/"
        className="grid h-(--context-bar) shrink-0 place-items-center focus-visible:-outline-offset-2"
        aria-label={`Lastgood home. ${world.word}`}
        title={world.word}
      >
        <BrandMark tone={world.tone} />
      </Link>
      <div className="grid pt-1">
        {places.map((place) => {
          const isHere = place.id === here;
          const count = countOf(place.id, counts);
          return (
            <Link
              key={place.id}
              href={place.id === "status" ? statusHref : place.href}
              aria-current={isHere ? "page" : undefined}
              className={clsx(
                "relative grid min-h-14 justify-items-center gap-0.5 py-2 text-12 focus-visible:-outline-offset-2",
                isHere
                  ? "bg-surface-ground font-strong text-primary"
                  : "text-secondary hover:bg-surface-panel hover:text-primary",
              )}
            >
              {isHere && <span aria-hidden className="absolute inset-y-0 left-0 w-0.5 bg-ink" />}
              <span className="relative">
                <place.icon aria-hidden className="size-5" strokeWidth={isHere ? 2.25 : 1.75} />
                <Count count={count} />
              </span>
              {place.label}
              {count > 0 && <span className="sr-only">, {count} waiting</span>}
            </Link>
          );
        })}
      </div>
    </nav>
  );
}

export function Count({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span
      aria-hidden
      className="absolute -top-1.5 left-3 grid h-4 min-w-4 place-items-center rounded-pill bg-surface-inverse px-1 text-12 leading-4 font-strong tabular-nums text-inverse"
    >
      {count > 99 ? "99+" : count}
    </span>
  );
}

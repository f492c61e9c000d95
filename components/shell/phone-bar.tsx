"use client";

import { clsx } from "clsx";
import { Menu as MenuIcon } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { Dialog } from "#components/ui/dialog.tsx";
import { OnCallMark } from "#components/shell/on-call-mark.tsx";
import { phonePlaces, placeOf, places, type PlaceId } from "#components/shell/places.ts";
import { Count, countOf } from "#components/shell/rail.tsx";
import { useShell } from "#components/shell/shell-context.tsx";
import { SignOutButton } from "#components/shell/sign-out-button.tsx";
import { ThemeChoice } from "#components/shell/theme-choice.tsx";

/** The places under the thumb, below 768 px; the rest, and who one is, behind "More". */
export function PhoneBar({ current }: { current?: PlaceId }) {
  const pathname = usePathname();
  const { user, counts, statusHref } = useShell();
  const [isOpen, setIsOpen] = useState(false);
  const here = current ?? placeOf(pathname);
  const item = "relative grid min-h-14 content-center justify-items-center gap-0.5 text-12";
  return (
    <div
      data-chrome
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line-soft bg-surface-sunken pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      <nav aria-label="Places" className="grid grid-cols-5">
        {places
          .filter((place) => phonePlaces.includes(place.id))
          .map((place) => {
            const count = countOf(place.id, counts);
            const isHere = place.id === here;
            return (
              <Link
                key={place.id}
                href={place.href}
                aria-current={isHere ? "page" : undefined}
                className={clsx(
                  item,
                  "focus-visible:-outline-offset-2",
                  isHere ? "font-strong text-primary" : "text-secondary",
                )}
              >
                {isHere && <span aria-hidden className="absolute inset-x-3 -top-px h-0.5 bg-ink" />}
                <span className="relative">
                  <place.icon aria-hidden className="size-5" strokeWidth={isHere ? 2.25 : 1.75} />
                  <Count count={count} />
                </span>
                {place.label}
                {count > 0 && <span className="sr-only">, {count} waiting</span>}
              </Link>
            );
          })}
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() => setIsOpen(true)}
          className={clsx(item, "text-secondary focus-visible:-outline-offset-2")}
        >
          <MenuIcon aria-hidden className="size-5" strokeWidth={1.75} />
          More
        </button>
      </nav>
      <Dialog open={isOpen} onOpenChange={setIsOpen} title={user.name} description={user.role}>
        <p className="pb-2 empty:hidden">
          <OnCallMark until={user.onCallUntil ?? null} />
        </p>
        <nav aria-label="More places" className="grid grid-cols-2 gap-x-4">
          {places
            .filter((place) => !phonePlaces.includes(place.id))
            .map((place) => (
              <Link
                key={place.id}
                href={place.id === "status" ? statusHref : place.href}
                aria-current={place.id === here ? "page" : undefined}
                onClick={() => setIsOpen(false)}
                className={clsx(
                  "flex min-h-12 items-center gap-3 border-b text-16",
                  place.id === here && "font-strong",
                )}
              >
                <place.icon aria-hidden className="size-5 text-secondary" strokeWidth={1.75} />
                {place.label}
              </Link>
            ))}
        </nav>
        <div className="flex flex-wrap items-end justify-between gap-4 pt-5">
          <ThemeChoice />
          <SignOutButton />
        </div>
      </Dialog>
    </div>
  );
}

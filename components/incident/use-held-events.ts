"use client";

import { useEffect, useRef, useState, type FocusEvent } from "react";
import type { StreamEvent } from "#lib/domain/event.ts";

/**
 * Holds a list of events back while somebody points at it, has the focus in it or has scrolled past its newest end, so
 * that nothing moves under them. Spread `hold` on the list and put `endRef` at its newest end.
 */
export function useHeldEvents(events: readonly StreamEvent[]) {
  const [isPointed, setIsPointed] = useState(false);
  const [isFocused, setIsFocused] = useState(false);
  const [isPast, setIsPast] = useState(false);
  const [shownTo, setShownTo] = useState(events.at(-1)?.seq ?? 0);
  const endRef = useRef<HTMLDivElement>(null);
  const newest = events.at(-1)?.seq ?? 0;
  const isHeld = isPointed || isFocused || isPast;
  if (!isHeld && shownTo !== newest) setShownTo(newest);

  useEffect(() => {
    const end = endRef.current;
    if (!end) return;
    // Below the window is not past: what is inserted there moves nothing that is seen.
    const observer = new IntersectionObserver(([entry]) => {
      if (entry) setIsPast(!entry.isIntersecting && entry.boundingClientRect.top < 0);
    });
    observer.observe(end);
    return () => observer.disconnect();
  }, []);

  return {
    shown: isHeld ? events.filter((event) => event.seq <= shownTo) : events,
    held: isHeld ? events.filter((event) => event.seq > shownTo) : [],
    show: () => {
      setShownTo(newest);
      endRef.current?.scrollIntoView({ block: "center" });
    },
    endRef,
    hold: {
      onPointerEnter: () => setIsPointed(true),
      onPointerLeave: () => setIsPointed(false),
      onFocus: () => setIsFocused(true),
      onBlur: (event: FocusEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setIsFocused(false);
      },
    },
  };
}

"use client";

import { useState, type FocusEvent } from "react";

/**
 * Keeps a list still while somebody points at it or has the focus in it: rows change in place, but none comes, goes or
 * moves until they leave or ask for it. Spread `hold` on the list's container and show `fresh` with NewItems.
 */
export function useSteady<T>(items: readonly T[], keyOf: (item: T) => string) {
  const [isPointed, setIsPointed] = useState(false);
  const [isFocused, setIsFocused] = useState(false);
  const [accepted, setAccepted] = useState(items);
  const isHeld = isPointed || isFocused;
  if (!isHeld && accepted !== items) setAccepted(items);
  const latest = new Map(items.map((item) => [keyOf(item), item]));
  const known = new Set(accepted.map(keyOf));
  const shown = isHeld ? accepted.map((item) => latest.get(keyOf(item)) ?? item) : items;
  return {
    shown,
    fresh: isHeld ? items.filter((item) => !known.has(keyOf(item))).length : 0,
    /** What stands here still but is no longer in the list. */
    isGone: (item: T) => !latest.has(keyOf(item)),
    show: () => setAccepted(items),
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

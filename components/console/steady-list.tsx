"use client";

import { useMemo, type ReactNode } from "react";
import { useSteady } from "#components/console/use-steady.ts";
import { NewItems } from "#components/ui/new-items.tsx";

type SteadyListProps<T> = {
  items: readonly T[];
  label: string;
  keyOf: (item: T) => string;
  sort?: (a: T, b: T) => number;
  children: (item: T, isGone: boolean) => ReactNode;
};

/** A list that stands still under the pointer and the focus: what comes in waits under "3 new". */
export function SteadyList<T>({ items, label, keyOf, sort, children }: SteadyListProps<T>) {
  const sorted = useMemo(() => (sort ? items.toSorted(sort) : items), [items, sort]);
  const { shown, fresh, isGone, show, hold } = useSteady(sorted, keyOf);
  return (
    <div {...hold}>
      <NewItems count={fresh} onShow={show} />
      <ul aria-label={label}>{shown.map((item) => children(item, isGone(item)))}</ul>
    </div>
  );
}

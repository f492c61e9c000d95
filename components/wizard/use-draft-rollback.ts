"use client";

import { usePolled } from "#components/console/use-polled.ts";
import type { RollbackView } from "#lib/domain/view.ts";

/** Seconds between two looks: often while the plan is being made, calmly once it is there. */
const whilePreparing = 1;
const otherwise = 5;

/** The draft as it stands on the server, and a way to look again at once. */
export function useDraftRollback(first: RollbackView) {
  const path = `/rollbacks/${first.number}`;
  const calm = usePolled<RollbackView>(path, first, otherwise);
  const isPreparing = calm.data.preparing;
  // The same question under the same key: while it prepares, this asks it more often.
  const { data, error } = usePolled<RollbackView>(path, first, isPreparing ? whilePreparing : otherwise);
  return { rollback: data, isStale: error !== null };
}

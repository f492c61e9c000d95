"use client";

import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { z } from "zod";
import { createDrafts, parseDraft } from "#components/wizard/draft.ts";

const drafts = createDrafts(() => sessionStorage);
const nothing = () => null;

/**
 * A form's draft, kept in this tab under `name` until it is forgotten. `schema` and `first` (what an untouched form
 * holds) have to be stable. The server and the first render know no draft.
 */
export function useDraft<T>(name: string, schema: z.ZodType<T>, first: T) {
  const text = useSyncExternalStore(drafts.subscribe, () => drafts.read(name), nothing);
  const draft = useMemo(() => parseDraft(schema, text) ?? first, [schema, text, first]);
  const change = useCallback(
    (changes: Partial<T>) => {
      const now = parseDraft(schema, drafts.read(name)) ?? first;
      drafts.write(name, JSON.stringify({ ...now, ...changes }));
    },
    [name, schema, first],
  );
  const forget = useCallback(() => drafts.write(name, null), [name]);
  return { draft, change, forget };
}

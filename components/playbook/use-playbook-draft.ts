"use client";

import { useCallback, useMemo, useSyncExternalStore } from "react";
import { z } from "zod";
import { createDrafts, parseDraft } from "#components/wizard/draft.ts";

/** What somebody writes and has not stored. */
const PlaybookDraft = z.object({
  text: z.string(),
  note: z.string(),
  /** The stored version that it began as; null for a file. */
  base: z.object({ id: z.string(), version: z.number() }).nullable(),
});
export type PlaybookDraft = z.infer<typeof PlaybookDraft>;

/** A draft among those of one person: what it is called, and the page where it goes on. */
const DraftPlace = z.object({ name: z.string(), title: z.string(), href: z.string() });
export type DraftPlace = z.infer<typeof DraftPlace>;
const DraftPlaces = z.array(DraftPlace);

/** A playbook takes days to write: a draft outlives the tab, the browser and the session. */
const drafts = createDrafts(() => localStorage);
const nothing = () => null;
const none: DraftPlace[] = [];

/** The draft of a person at a place, `first` while nothing was typed. The server knows no draft. */
export function usePlaybookDraft(person: string, place: DraftPlace, first: PlaybookDraft) {
  const { name, title, href } = place;
  const key = draftKey(person, name);
  const kept = useSyncExternalStore(drafts.subscribe, () => drafts.read(key), nothing);
  const draft = useMemo(() => parseDraft(PlaybookDraft, kept), [kept]);
  const change = useCallback(
    (changes: Partial<PlaybookDraft>) => {
      const now = parseDraft(PlaybookDraft, drafts.read(key)) ?? first;
      keepDraft(person, { name, title, href }, { ...now, ...changes });
    },
    [person, key, name, title, href, first],
  );
  const forget = useCallback(() => {
    drafts.write(key, null);
    writePlaces(
      person,
      readPlaces(person).filter((one) => one.name !== name),
    );
  }, [person, key, name]);
  return { draft: draft ?? first, isTyped: draft !== null, change, forget };
}

/** The drafts that a person has not stored, in the order in which they were begun. */
export function usePlaybookDrafts(person: string): readonly DraftPlace[] {
  const kept = useSyncExternalStore(drafts.subscribe, () => drafts.read(listKey(person)), nothing);
  return useMemo(() => parseDraft(DraftPlaces, kept) ?? none, [kept]);
}

/** Keeps a draft, and where it is. */
export function keepDraft(person: string, place: DraftPlace, draft: PlaybookDraft): void {
  drafts.write(draftKey(person, place.name), JSON.stringify(draft));
  const places = readPlaces(person);
  if (places.every((one) => one.name !== place.name)) writePlaces(person, [...places, place]);
}

function readPlaces(person: string): DraftPlace[] {
  return parseDraft(DraftPlaces, drafts.read(listKey(person))) ?? none;
}

function writePlaces(person: string, places: readonly DraftPlace[]): void {
  drafts.write(listKey(person), places.length === 0 ? null : JSON.stringify(places));
}

/** Whoever signs in next on this machine finds none of it. */
function draftKey(person: string, name: string): string {
  return `playbook:${person}:${name}`;
}

function listKey(person: string): string {
  return `playbooks:${person}`;
}

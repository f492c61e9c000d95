"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useEffect, useMemo, useState } from "react";
import { PlaybookPage, type PlaybookHead } from "#components/playbook/playbook-page.tsx";
import { situationIn, withSituation, type TriedSituation } from "#components/playbook/tried-situation.ts";
import { TryLine, TryQuestions, TryVerdicts } from "#components/playbook/try-panel.tsx";
import { useInBrowser } from "#components/ui/clock-provider.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import type { Playbook } from "#lib/domain/playbook.ts";

type TryScreenProps = {
  head: PlaybookHead;
  usedBy: number;
  playbook: Playbook;
  /** Another version beside it, where one was asked for. */
  other: Playbook | null;
};

/** Keystrokes come faster than an address bar wants to change. */
const settleMs = 300;

/** A situation made up, and what each version would say about it. Its address can be sent to somebody. */
export function TryScreen({ head, usedBy, playbook, other }: TryScreenProps) {
  const router = useRouter();
  const asked = useSearchParams();
  const [situation, setSituation] = useState<TriedSituation>(() => situationIn(new URLSearchParams(asked)));
  const address = useMemo(
    () => withSituation(new URLSearchParams(asked), situation).toString(),
    [asked, situation],
  );
  const isKept = address === new URLSearchParams(asked).toString();
  useEffect(() => {
    if (isKept) return undefined;
    const timer = setTimeout(() => window.history.replaceState(null, "", `?${address}`), settleMs);
    return () => clearTimeout(timer);
  }, [isKept, address]);
  const go = (name: "version" | "with", value: string) => {
    const next = new URLSearchParams(address);
    if (value === "") next.delete(name);
    else next.set(name, value);
    router.replace(`/playbooks/${head.id}/try?${next.toString()}`, { scroll: false });
  };
  const pair = {
    first: { name: `Version ${playbook.version}`, playbook },
    second: other && { name: `Version ${other.version}`, playbook: other },
    situation,
    onSituation: setSituation,
  };
  return (
    <PlaybookPage
      head={head}
      tab="try"
      usedBy={usedBy}
      actionsNote={<TryLine {...pair} />}
      aside={
        <TryVerdicts
          {...pair}
          choice={
            <div className="flex flex-wrap items-end gap-4">
              {head.versions.length > 1 && (
                <div className="grid grow grid-cols-2 gap-4">
                  <Field label="Version">
                    {(control) => (
                      <Select
                        {...control}
                        value={String(playbook.version)}
                        choices={versionChoices(head.versions)}
                        onChange={(event) => go("version", event.target.value)}
                      />
                    )}
                  </Field>
                  <Field label="Compare with">
                    {(control) => (
                      <Select
                        {...control}
                        value={other === null ? "" : String(other.version)}
                        placeholder="Nothing"
                        choices={versionChoices(head.versions.filter((one) => one !== playbook.version))}
                        onChange={(event) => go("with", event.target.value)}
                      />
                    )}
                  </Field>
                </div>
              )}
              <CopyAddress query={address} />
            </div>
          }
        />
      }
    >
      <TryQuestions {...pair} />
    </PlaybookPage>
  );
}

function CopyAddress({ query }: { query: string }) {
  const pathname = usePathname();
  const here = useInBrowser() ? `${window.location.origin}${pathname}` : pathname;
  return (
    <span className="inline-flex items-center gap-1 text-12 text-secondary">
      Share this situation
      <CopyButton text={query === "" ? here : `${here}?${query}`} what="address of this situation" />
    </span>
  );
}

function versionChoices(versions: readonly number[]): { value: string; label: string }[] {
  return versions.map((version) => ({ value: String(version), label: String(version) }));
}

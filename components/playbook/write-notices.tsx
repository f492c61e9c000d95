"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { DangerDialog } from "#components/ui/danger-dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";

type WriteNoticesProps = {
  base: { id: string; version: number } | null;
  newest: number | null;
  isTyped: boolean;
  mayStore: boolean;
  onDiscard: () => void;
};

/** What somebody has to know before they go on writing. */
export function WriteNotices({ base, newest, isTyped, mayStore, onDiscard }: WriteNoticesProps) {
  const [isAsked, setIsAsked] = useState(false);
  const isBehind = isTyped && base !== null && newest !== null && base.version < newest;
  const discard = <Button onClick={() => setIsAsked(true)}>Discard the draft</Button>;
  return (
    <>
      {!mayStore && (
        <Notice tone="neutral" title="You can write, check and try">
          Storing a version needs the role admin. Save your text as a file for somebody who has it.
        </Notice>
      )}
      {isBehind && (
        <Notice tone="warn" title={`Version ${newest} was stored since you began`} action={discard}>
          Your draft began with version {base.version}. What version {newest} changed is not in it: compare
          before you store, or discard the draft and begin with version {newest}.
        </Notice>
      )}
      {isTyped && !isBehind && (
        <Notice tone="info" title="This is your draft" action={discard}>
          It is kept in this browser, also when you leave, reload or are signed out.
        </Notice>
      )}
      <DangerDialog
        open={isAsked}
        onOpenChange={setIsAsked}
        verb="Discard"
        object="the draft"
        consequences={["What you wrote here is gone.", "Stored versions stay as they are."]}
        onConfirm={() => {
          onDiscard();
          setIsAsked(false);
        }}
      />
    </>
  );
}

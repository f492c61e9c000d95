"use client";

import { CopyButton } from "#components/ui/copy-button.tsx";
import { Button } from "#components/ui/button.tsx";
import { buttonLook } from "#components/ui/button-look.ts";

/** Taking a report along: as Markdown to the clipboard or to a file, or on paper. */
export function ReportActions({
  markdown,
  href,
  fileName,
}: {
  markdown: string;
  href: string;
  fileName: string;
}) {
  return (
    <>
      <CopyButton text={markdown} what="Markdown" showWord />
      <Button onClick={() => window.print()}>Print</Button>
      <a
        href={href}
        download={fileName}
        className={buttonLook({ look: "primary", size: "normal", wide: false })}
      >
        Download {fileName}
      </a>
    </>
  );
}

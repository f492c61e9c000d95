"use client";

import { usePathname } from "next/navigation";
import { Notice } from "#components/ui/notice.tsx";

/** Over everything else, and over nothing that somebody types: the session is gone, the page is not. */
export function SessionEnded() {
  const path = usePathname();
  return (
    <div className="fixed inset-x-3 top-3 z-40 mx-auto max-w-xl shadow-raised">
      <Notice
        live
        tone="warn"
        title="Your session has ended"
        action={
          <a
            href={`/sign-in?callbackUrl=${encodeURIComponent(path)}`}
            target="_blank"
            className="link font-strong"
          >
            Sign in
          </a>
        }
      >
        What you see is old. Sign in in another tab and this page goes on; what you typed stays.
      </Notice>
    </div>
  );
}

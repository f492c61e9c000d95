"use client";

import { useState } from "react";

/** What somebody wrote, as they wrote it; a long one shows its first lines until it is asked for. */
export function LongText({ text }: { text: string }) {
  const [isOpen, setIsOpen] = useState(false);
  const isLong = text.length > 320 || text.split("\n").length > 5;
  return (
    <div className="max-w-2xl pt-2 text-16">
      <p className={`break-words whitespace-pre-wrap ${isLong && !isOpen ? "line-clamp-4" : ""}`}>{text}</p>
      {isLong && (
        <button type="button" className="link text-14 text-secondary" onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? "Less" : "All of it"}
        </button>
      )}
    </div>
  );
}

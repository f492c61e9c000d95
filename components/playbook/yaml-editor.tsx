"use client";

import { clsx } from "clsx";
import { OctagonAlert } from "lucide-react";
import {
  useCallback,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
  type UIEvent,
} from "react";
import { newLine, placeOf, shiftLines, spanOf, type Edit } from "#components/playbook/editor-keys.ts";

export type EditorHandle = { goTo: (line: number) => void };

type YamlEditorProps = {
  handle: RefObject<EditorHandle | null>;
  text: string;
  onText: (text: string) => void;
  /** Lines with a fault, from 1. */
  faultLines: readonly number[];
  /** Id of what says how it stands. */
  describedBy: string;
};

/**
 * The text with its line numbers. A plain text field: the browser's own undo, search, spelling of a screen reader and
 * keyboard of a phone all work. Tab leaves it, as everywhere.
 */
export function YamlEditor({ handle, text, onText, faultLines, describedBy }: YamlEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ line: 1, column: 1 });
  const lines = useMemo(() => text.split("\n").length, [text]);
  const goTo = useCallback((line: number) => {
    const field = area.current;
    if (!field) return;
    const { from, to } = spanOf(field.value, line);
    field.focus({ preventScroll: true });
    field.setSelectionRange(from, to);
    const height = Number.parseFloat(getComputedStyle(field).lineHeight);
    field.scrollTo({ top: Math.max(0, (line - 1) * height - field.clientHeight / 3), left: 0 });
    field.scrollIntoView({ block: "nearest" });
    setPlace(placeOf(field.value, from));
  }, []);
  useImperativeHandle(handle, () => ({ goTo }), [goTo]);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    const field = event.currentTarget;
    const selected = { text: field.value, from: field.selectionStart, to: field.selectionEnd };
    const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      replace(field, newLine(selected), onText);
    } else if (isCommand && (event.key === "]" || event.key === "[")) {
      event.preventDefault();
      replace(field, shiftLines(selected, event.key === "]" ? "in" : "out"), onText);
    } else if (event.key === "F8" && faultLines.length > 0) {
      event.preventDefault();
      goTo(nextFault(faultLines, placeOf(field.value, field.selectionStart).line, event.shiftKey));
    }
  };
  const onScroll = (event: UIEvent<HTMLTextAreaElement>) => {
    frame.current?.style.setProperty("--scrolled", `${event.currentTarget.scrollTop}px`);
  };

  return (
    <div className="grid gap-1.5">
      <div
        ref={frame}
        className={clsx(
          "grid grid-cols-[auto_minmax(0,1fr)] overflow-hidden rounded-1 border border-line-strong bg-surface-sunken",
          "font-mono text-12 [--line:1.25rem] pointer-coarse:text-16 pointer-coarse:[--line:1.5rem]",
          "focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-line-focus",
          faultLines.length > 0 && "border-state-danger-line",
        )}
      >
        <div
          aria-hidden
          className="relative h-[calc(100dvh-18.5rem)] min-h-80 overflow-hidden border-r border-line-soft bg-surface-ground text-right text-faint select-none"
        >
          <div className="translate-y-[calc(var(--scrolled,0px)*-1)] py-2 pr-2 pl-6">
            <pre className="leading-(--line)">{numbersUpTo(lines)}</pre>
            {faultLines.map((line) => (
              <span
                key={line}
                className="absolute left-0 flex h-(--line) w-full items-center bg-state-danger-ground pl-1 text-state-danger-text"
                style={{ top: `calc(${line - 1} * var(--line) + 0.5rem)` }}
              >
                <OctagonAlert className="size-3.5" />
                <span className="grow pr-2 font-strong">{line}</span>
              </span>
            ))}
          </div>
        </div>
        <div className="relative min-w-0 overflow-hidden">
          <div
            aria-hidden
            className="pointer-events-none absolute inset-0 translate-y-[calc(var(--scrolled,0px)*-1)]"
          >
            {faultLines.map((line) => (
              <span
                key={line}
                className="absolute h-(--line) w-full bg-state-danger-ground"
                style={{ top: `calc(${line - 1} * var(--line) + 0.5rem)` }}
              />
            ))}
          </div>
          <textarea
            ref={area}
            value={text}
            wrap="off"
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            aria-label="The playbook as YAML"
            aria-describedby={describedBy}
            aria-invalid={faultLines.length > 0 || undefined}
            onChange={(event) => onText(event.target.value)}
            onKeyDown={onKeyDown}
            onScroll={onScroll}
            onSelect={(event) => {
              const field = event.currentTarget;
              setPlace(placeOf(field.value, field.selectionStart));
            }}
            className="relative block h-full w-full resize-none overflow-auto bg-transparent px-3 py-2 leading-(--line) whitespace-pre text-primary outline-none"
          />
        </div>
      </div>
      <p className="flex flex-wrap justify-between gap-x-6 gap-y-1 text-12 text-faint">
        <span className="figures">
          Line {place.line}, column {place.column}
        </span>
        <span className="pointer-coarse:hidden">
          Ctrl or ⌘ with ] and [ moves lines in and out. F8 goes to the next fault. Tab leaves the text.
        </span>
      </p>
    </div>
  );
}

/** Through the browser's own editing, so that its undo knows of it. */
function replace(field: HTMLTextAreaElement, edit: Edit, onText: (text: string) => void): void {
  field.setSelectionRange(edit.from, edit.to);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else changes a text field and keeps its undo
  const isDone = document.execCommand("insertText", false, edit.insert);
  if (!isDone) {
    field.setRangeText(edit.insert, edit.from, edit.to, "end");
    onText(field.value);
  }
  field.setSelectionRange(edit.select.from, edit.select.to);
}

function nextFault(lines: readonly number[], from: number, isBackwards: boolean): number {
  const sorted = lines.toSorted((a, b) => a - b);
  const found = isBackwards
    ? (sorted.findLast((line) => line < from) ?? sorted.at(-1))
    : (sorted.find((line) => line > from) ?? sorted[0]);
  return found ?? 1;
}

function numbersUpTo(count: number): string {
  return Array.from({ length: count }, (_, at) => at + 1).join("\n");
}

import { CircleAlert } from "lucide-react";
import { useId, type ReactNode } from "react";

/** A question whose answer is a group of controls (radios, ticks, several inputs): a fieldset with its legend. */
export function Question({
  label,
  hint,
  error,
  optional = false,
  children,
}: {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | null | undefined;
  optional?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <fieldset
      className="grid min-w-0 content-start gap-1"
      aria-describedby={[hint ? `${id}-hint` : "", error ? `${id}-error` : ""].join(" ").trim() || undefined}
    >
      <legend className="contents font-medium">
        <span className="font-medium">
          {label}
          {optional && <span className="font-regular text-faint"> (optional)</span>}
        </span>
      </legend>
      {hint && (
        <p id={`${id}-hint`} className="text-12 text-faint">
          {hint}
        </p>
      )}
      {children}
      {error && (
        <p id={`${id}-error`} className="flex items-start gap-1.5 text-state-danger-text">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {error}
        </p>
      )}
    </fieldset>
  );
}

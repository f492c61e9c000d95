import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";
import { buttonLook } from "#components/ui/button-look.ts";

type Common = Omit<ComponentProps<"button">, "children" | "disabled"> & {
  size?: "normal" | "large" | "icon";
  wide?: boolean;
  icon?: ReactNode;
  /** Said instead of the label while it works: "Submitting". The button keeps its width and takes no second press. */
  busy?: string | false | null;
  /** Why it cannot be pressed now. The button stays in the tab order and says so. */
  unavailable?: string | false | null;
};
export type ButtonProps = Common &
  (
    | { look?: "primary" | "plain" | "quiet"; children: ReactNode; verb?: never; object?: never }
    | { look: "danger"; verb: string; object: string; children?: never }
  );

/** One primary per screen. A dangerous button says what it does and to what: `verb="Roll back" object="checkout to 2.3.0"`. */
export function Button(props: ButtonProps) {
  const {
    look = "plain",
    size,
    wide,
    icon,
    busy,
    unavailable,
    verb,
    object,
    children,
    className,
    onClick,
    type,
    ...rest
  } = props;
  const isBlocked = Boolean(busy) || Boolean(unavailable);
  const label = look === "danger" ? `${verb ?? ""} ${object ?? ""}` : children;
  return (
    <button
      {...rest}
      type={isBlocked ? "button" : (type ?? "button")}
      aria-disabled={isBlocked || undefined}
      aria-busy={busy ? true : undefined}
      title={unavailable || rest.title}
      aria-description={unavailable || undefined}
      onClick={isBlocked ? undefined : onClick}
      className={clsx(
        buttonLook({ look, size: size ?? "normal", wide: wide ?? false }),
        "max-w-full",
        className,
      )}
    >
      {icon}
      {size === "icon" ? (
        label
      ) : (
        <span className="grid min-w-0 text-center whitespace-normal [&>*]:[grid-area:1/1]">
          <span className={clsx(busy && "invisible")}>{label}</span>
          {busy && (
            <span role="status" className="animate-breathe">
              {busy}…
            </span>
          )}
        </span>
      )}
    </button>
  );
}

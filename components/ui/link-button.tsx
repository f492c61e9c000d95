import { clsx } from "clsx";
import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";
import { buttonLook } from "#components/ui/button-look.ts";

type LinkButtonProps = Omit<ComponentProps<typeof Link>, "children"> & {
  look?: "primary" | "plain" | "quiet";
  size?: "normal" | "large" | "icon";
  wide?: boolean;
  icon?: ReactNode;
  children: ReactNode;
};

/** A link that looks like a button, for going somewhere. What changes something is a Button. */
export function LinkButton({ look, size, wide, icon, className, children, ...rest }: LinkButtonProps) {
  return (
    <Link
      {...rest}
      className={clsx(
        buttonLook({ look: look ?? "plain", size: size ?? "normal", wide: wide ?? false }),
        "max-w-full",
        className,
      )}
    >
      {icon}
      {size === "icon" ? children : <span className="min-w-0 text-center whitespace-normal">{children}</span>}
    </Link>
  );
}

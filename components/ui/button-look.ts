import { cva } from "class-variance-authority";

/** What can be pressed is neutral; the one exception is what does harm. */
export const buttonLook = cva(
  [
    "inline-flex items-center justify-center gap-1.5 rounded-1 border text-14 font-medium whitespace-nowrap select-none",
    "transition-colors aria-disabled:cursor-not-allowed [&>svg]:size-4 [&>svg]:shrink-0",
    "aria-disabled:border-line-soft aria-disabled:bg-transparent aria-disabled:text-faint",
  ],
  {
    variants: {
      look: {
        primary: "border-transparent bg-surface-inverse font-strong text-inverse hover:opacity-90",
        plain: "border-line-strong bg-surface-panel text-primary hover:bg-surface-hover",
        quiet: "border-transparent bg-transparent text-primary hover:bg-surface-hover",
        danger: "border-transparent bg-state-danger-line font-strong text-on-state hover:opacity-90",
      },
      size: {
        normal: "min-h-control px-3 py-1",
        large: "min-h-11 px-5 py-2 text-16",
        icon: "min-h-control min-w-control p-0",
      },
      wide: { true: "w-full", false: "" },
    },
    defaultVariants: { look: "plain", size: "normal", wide: false },
  },
);

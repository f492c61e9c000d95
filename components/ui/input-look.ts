/** Shared by everything that is typed or chosen into. 16 px under a thumb, or iOS zooms the page. */
export const inputLook = [
  "w-full min-h-control rounded-1 border border-line-strong bg-surface-sunken px-2.5 py-1 text-14 text-primary",
  "pointer-coarse:text-16 hover:border-ink-soft aria-invalid:border-state-danger-line",
  "disabled:cursor-not-allowed disabled:border-line-soft disabled:text-faint read-only:bg-surface-ground",
].join(" ");

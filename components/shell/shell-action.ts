/** Something that can be done or gone to by key or from the palette. */
export type ShellAction = {
  id: string;
  /** Says its object: "Roll back checkout". */
  label: string;
  /** "r", "g i" (one after the other). `mod+k` and `?` are taken. */
  keys?: string;
  /** Found by these words too, and shown faintly. */
  hint?: string;
} & ({ href: string; run?: never } | { run: () => void; href?: never });

/** Brings a question into view and the focus into its field. */
export function showQuestion(id: string): void {
  const row = document.getElementById(`fact-${id}`);
  row?.closest("details")?.setAttribute("open", "");
  const field =
    document.querySelector<HTMLElement>(`[data-fact="${id}"]`) ??
    row?.querySelector<HTMLElement>("select, [role=radio][data-state=checked], [role=radio]");
  (row ?? field)?.scrollIntoView({ block: "center" });
  field?.focus({ preventScroll: true });
}

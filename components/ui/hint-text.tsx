import { Code } from "#components/ui/code.tsx";

/** A description with what stands between backticks in mono. */
export function HintText({ children }: { children: string }) {
  const parts = children.split("`");
  if (parts.length % 2 === 0) return children;
  return parts.map((part, at) => (at % 2 === 0 ? part : <Code key={at}>{part}</Code>));
}

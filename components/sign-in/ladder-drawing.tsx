/** The way down to the last good rung, as the console draws it everywhere: decoration, and a promise. */
export function LadderDrawing({ className }: { className?: string }) {
  const rungs = [70, 140, 210, 280, 350, 420];
  return (
    <svg aria-hidden viewBox="0 0 240 560" className={className} fill="none">
      <path d="M70 20v520M170 20v520" className="stroke-line-soft" strokeWidth="2" />
      {rungs.map((y, at) => (
        <path
          key={y}
          d={`M70 ${y}h100`}
          className={at === 0 ? "stroke-ink" : "stroke-line-strong"}
          strokeWidth={at === 0 ? 5 : 2}
          strokeDasharray={at === 2 || at === 3 ? "7 7" : undefined}
        />
      ))}
      <path d="M70 490h100" className="stroke-line-strong" strokeWidth="2" />
      <g className="text-state-ok-line">
        <path d="M50 420h140" stroke="currentColor" strokeWidth="12" />
        <path d="M120 76v322" stroke="currentColor" strokeWidth="5" className="animate-draw-down" />
        <circle cx="120" cy="70" r="10" fill="currentColor" />
        <path d="M104 394h32l-16 18z" fill="currentColor" />
      </g>
    </svg>
  );
}

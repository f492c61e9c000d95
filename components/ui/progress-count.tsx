import { formatDuration } from "#components/ui/format-time.ts";

/** Real progress: "4 of 9, about 40 s", with one mark per part. */
export function ProgressCount({
  done,
  total,
  what,
  aboutSeconds,
}: {
  done: number;
  total: number;
  what: string;
  aboutSeconds?: number | null;
}) {
  const about =
    aboutSeconds === null || aboutSeconds === undefined || done >= total
      ? ""
      : `, about ${formatDuration(aboutSeconds)}`;
  return (
    <div className="grid gap-1.5">
      <div
        role="progressbar"
        aria-label={what}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={`${done} of ${total} ${what}${about}`}
        className="flex h-1.5 gap-0.5"
      >
        {total <= 40 ? (
          Array.from({ length: total }, (_, index) => (
            <span key={index} className={index < done ? "grow bg-surface-inverse" : "grow bg-line-soft"} />
          ))
        ) : (
          <span className="grow bg-line-soft">
            <span className="block h-full bg-surface-inverse" style={{ width: `${(done / total) * 100}%` }} />
          </span>
        )}
      </div>
      <p className="text-secondary">
        <span className="figures text-primary">
          {done} of {total}
        </span>{" "}
        {what}
        {about}
      </p>
    </div>
  );
}

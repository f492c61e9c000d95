import Link from "next/link";
import { Countdown } from "#components/ui/countdown.tsx";

export type ReviewDebt = { id: string; rollback: string; number: string; dueAt: string; overdue: boolean };

/** The reviews that an emergency left behind. One that is overdue shuts the next emergency. */
export function ReviewRows({ reviews }: { reviews: readonly ReviewDebt[] }) {
  return (
    <ul>
      {reviews.map((review) => (
        <li
          key={review.id}
          className="relative flex flex-wrap items-baseline gap-x-4 gap-y-1 border-b border-line-faint py-2.5 hover:bg-surface-panel"
        >
          <Link
            href={`/rollbacks/${review.number}#review`}
            className="text-16 font-strong after:absolute after:inset-0"
          >
            Review the emergency of {review.number}
          </Link>
          <span className="text-secondary">
            {review.overdue && "Until it is done, you cannot call another emergency."}
          </span>
          <span className="ml-auto text-secondary">
            due in <Countdown to={review.dueAt} warnSeconds={3600} overWord="overdue by" />
          </span>
        </li>
      ))}
    </ul>
  );
}

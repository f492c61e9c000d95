import { RelativeWords } from "#components/ui/relative-words.tsx";
import type { GrantView } from "#components/people/people-data.ts";
import { roleTitle } from "#lib/domain/role.ts";

/** `Release manager in shop, ends in 5 h`. */
export function GrantWords({ grant }: { grant: GrantView }) {
  return (
    <span>
      <span className="font-medium">{roleTitle[grant.role]}</span>{" "}
      <span className="text-secondary">
        {grant.system === "*" ? "everywhere" : `in ${grant.system}`}
        {grant.expiresAt !== null && (
          <>
            , ends <RelativeWords at={grant.expiresAt} />
          </>
        )}
      </span>
    </span>
  );
}

export function GrantList({ grants }: { grants: readonly GrantView[] }) {
  if (grants.length === 0) return <span className="text-faint">no role</span>;
  return (
    <ul>
      {grants.map((grant) => (
        <li key={`${grant.role} ${grant.system}`}>
          <GrantWords grant={grant} />
        </li>
      ))}
    </ul>
  );
}

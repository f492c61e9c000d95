import Link from "next/link";

/** A service that this one needs, or that needs this one. */
export type Neighbour = { service: string; name: string; running: string | null; versions: string | null };

/** Who has to get along with the version that is gone back to. */
export function Dependencies({
  dependsOn,
  dependents,
}: {
  dependsOn: readonly Neighbour[];
  dependents: readonly Neighbour[];
}) {
  return (
    <div className="grid gap-0.5">
      <p className="font-medium">Dependencies</p>
      {dependsOn.length + dependents.length === 0 ? (
        <p className="text-secondary">No dependency is registered, in either direction.</p>
      ) : (
        <ul>
          {dependsOn.map((one) => (
            <Line key={one.service} one={one} words={`needs ${one.versions ?? "any version"}`} />
          ))}
          {dependents.map((one) => (
            <Line key={one.service} one={one} words="depends on this service" />
          ))}
        </ul>
      )}
    </div>
  );
}

function Line({ one, words }: { one: Neighbour; words: string }) {
  return (
    <li className="flex flex-wrap items-baseline gap-x-2 py-0.5">
      <Link className="link" href={`/services/${one.service}`}>
        {one.name}
      </Link>
      <span className="text-secondary">{words}</span>
      <span className="text-12 text-faint">
        {one.running === null ? (
          "what runs there is not known"
        ) : (
          <span className="figures">{one.running} runs</span>
        )}
      </span>
    </li>
  );
}

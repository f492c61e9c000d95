import type { ReviewData } from "#components/approval/review-data.ts";
import { Code } from "#components/ui/code.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import type { Artifacts } from "#lib/domain/service.ts";

const parts: readonly { key: keyof Artifacts; label: string }[] = [
  { key: "commit", label: "Commit" },
  { key: "imageDigest", label: "Image" },
  { key: "configurationRevision", label: "Configuration" },
  { key: "migrationHead", label: "Database schema" },
  { key: "backup", label: "Backup" },
];

/** What the two versions are made of, side by side; what is the same on both sides is left out. */
export function DifferenceSection({ data }: { data: ReviewData }) {
  const { from, to, rollback } = data;
  const rows = parts.filter(({ key }) => (from?.[key] ?? null) !== (to?.[key] ?? null));
  return (
    <Section title="Difference">
      <table className="w-full table-fixed border-collapse text-left">
        <thead>
          <tr className="border-b border-line-soft align-baseline">
            <th scope="col" className="w-28 py-row text-12 font-medium text-faint max-sm:w-20">
              <span className="sr-only">Part</span>
            </th>
            <th scope="col" className="py-row pr-cell font-medium">
              <span className="block text-12 text-faint">Running now</span>
              <span className="figures break-all">{rollback.from ?? "not known"}</span>
            </th>
            <th scope="col" className="py-row font-medium">
              <span className="block text-12 text-faint">Afterwards</span>
              <span className="figures font-strong break-all">{rollback.to}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          <tr className="border-b border-line-faint align-baseline">
            <th scope="row" className="py-row font-regular text-secondary">
              Deployed
            </th>
            <td className="py-row pr-cell">{from ? <RelativeTime at={from.deployedAt} /> : "not known"}</td>
            <td className="py-row">
              {to ? <RelativeTime at={to.deployedAt} /> : "not known"}
              {to?.knownGoodReason && <span className="block text-12 text-faint">{to.knownGoodReason}</span>}
            </td>
          </tr>
          {rows.map(({ key, label }) => (
            <tr key={key} className="border-b border-line-faint align-baseline">
              <th scope="row" className="py-row font-regular text-secondary">
                {label}
              </th>
              <td className="py-row pr-cell">
                <Artifact part={key} value={from?.[key] ?? null} />
              </td>
              <td className="py-row">
                <Artifact part={key} value={to?.[key] ?? null} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="max-w-2xl pt-2 text-secondary">{betweenWords(data)}</p>
    </Section>
  );
}

function Artifact({ part, value }: { part: keyof Artifacts; value: string | null }) {
  if (value === null) return <span className="text-faint">not recorded</span>;
  return <Code short={part === "commit" || part === "imageDigest"}>{value}</Code>;
}

function betweenWords({ from, to, between }: ReviewData): string {
  if (from === null || to === null) return "What lies between the two is not recorded.";
  if (between.length === 0) return "No other version lies between the two.";
  const more = between.length > 8 ? ` and ${between.length - 8} more` : "";
  return `Left behind as well: ${between.slice(0, 8).join(", ")}${more}.`;
}

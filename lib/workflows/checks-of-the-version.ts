import type { CheckId } from "#lib/domain/checklist.ts";
import type { Check } from "#lib/workflows/check.ts";

/** Whether the version to go back to may be gone back to. */
export const checksOfTheVersion = {
  target_version_in_history: ({ history, rollback }) => {
    const row = history.find((one) => one.version === rollback.toVersion);
    return row
      ? { ok: true, evidence: `${row.version} was deployed here on ${row.deployedAt.toISOString()}.` }
      : { ok: false, evidence: `${rollback.toVersion} was never deployed here.` };
  },
  target_version_known_good: ({ history, rollback }) => {
    const row = history.find((one) => one.version === rollback.toVersion && one.knownGood !== null);
    return row?.knownGood
      ? {
          ok: true,
          evidence: `${row.version} is known good: ${row.knownGoodReason ?? "no reason was given"}.`,
        }
      : { ok: false, evidence: `${rollback.toVersion} is not known to be good.` };
  },
  target_version_not_quarantined: ({ pins, rollback }) => {
    const pin = pins.find((one) => one.version === rollback.toVersion);
    return pin
      ? { ok: false, evidence: `${pin.version} is quarantined: ${pin.reason}` }
      : { ok: true, evidence: `${rollback.toVersion} is not quarantined here.` };
  },
} satisfies Partial<Record<CheckId, Check>>;

import type { AdapterContext, Evidence } from "#lib/adapters/contract.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { flagGone, notYet, word } from "#lib/adapters/feature-flag/flag-faults.ts";
import type { Provider } from "#lib/adapters/feature-flag/provider.ts";
import type { Http, Settings } from "#lib/adapters/feature-flag/schema.ts";
import { under } from "#lib/adapters/http-address.ts";
import { atJsonPath, parseJson } from "#lib/adapters/json-path.ts";
import { restCall } from "#lib/adapters/rest-call.ts";
import type { RestCall } from "#lib/adapters/rest-call.ts";
import { Fault } from "#lib/domain/errors.ts";

/** Any API that reads a flag and sets it to a value. */
export function httpProvider(ctx: AdapterContext<Settings>, provider: Http): Provider {
  const place = URL.parse(provider.url)?.host ?? provider.url;
  const token = ctx.secrets["token"];
  const call = (path: string, name: string, more: Partial<RestCall> = {}): RestCall => ({
    url: flagUrl(provider.url, path, name),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    timeoutMs: ctx.settings.timeoutMs,
    secret: "token",
    ...more,
  });
  return {
    place,
    read: async (name) => {
      const answer = await restCall(ctx, call(provider.path, name, { gone: flagGone(name, place) }));
      const value = atJsonPath(parseJson(answer.body), provider.valuePath);
      if (isSame(value, provider.onValue)) return true;
      if (isSame(value, provider.offValue)) return false;
      throw new Fault(
        "permanent",
        "UNEXPECTED_ANSWER",
        `${provider.valuePath} of ${name} is neither the value for on nor that for off: ${excerpt(ctx.redact(value === undefined ? "absent" : JSON.stringify(value)), 80)}.`,
        "Correct valuePath, onValue or offValue in the settings.",
      );
    },
    write: async ({ name, enabled }) => {
      const { method, onBody, offBody } = provider;
      const more = { method, body: enabled ? onBody : offBody, gone: flagGone(name, place) };
      await restCall(ctx, call(provider.path, name, more));
    },
    evaluate: async ({ name, enabled }): Promise<Evidence[]> => {
      const { probePath } = provider;
      if (probePath === undefined) return [];
      const answer = await restCall(ctx, call(probePath, name, { also: [403, 404, 410] }));
      const isOn = answer.status < 300 && !/disabled/i.test(answer.body.slice(0, 4000));
      if (isOn !== enabled) throw notYet(name, enabled, "The feature itself");
      return [evidence("The feature itself", true, `It answers ${answer.status}: ${word(enabled)}.`)];
    },
    // The address is all that tells one from another.
    identify: () => Promise.resolve({ kind: "address", id: provider.url }),
    inspect: () => Promise.resolve([]),
  };
}

/** The address of one flag. */
export const flagUrl = (url: string, path: string, name: string): string =>
  under(
    url,
    path.replaceAll("{flag}", () => encodeURIComponent(name)),
  );

const isSame = (one: unknown, other: unknown): boolean =>
  one !== undefined && JSON.stringify(one) === JSON.stringify(other);

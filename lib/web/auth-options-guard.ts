import { Refusal } from "#lib/domain/errors.ts";
import { createLog } from "#lib/platform/log.ts";
import { assertSameOrigin } from "#lib/web/origin.ts";
import { problemAnswer, problemOf } from "#lib/web/problem.ts";

const maxBytes = 16 * 1024;
const base = "/api/auth/";
/** What the sign-in page and an identity provider use of next-auth. The rest of it answers garbage with a 500. */
const reads = new Set(["csrf", "session", "providers", "signin", "signout", "error", "callback/oidc"]);
const forms = new Set(["callback/credentials", "signin/credentials", "signin/oidc", "signout"]);

/**
 * Before next-auth reads anything: what it does not need, forms from other sites, oversized ones, and what it would
 * break on are refused. Null lets the request pass.
 */
export async function guardAuthRequest(request: Request): Promise<Response | null> {
  const url = new URL(request.url);
  const action = url.pathname.slice(url.pathname.indexOf(base) + base.length);
  const isRead = request.method === "GET" || request.method === "HEAD";
  try {
    if (!(isRead ? reads : forms).has(action)) throw new Refusal("NOT_FOUND", "There is nothing here.");
    if (!isRead) assertSameOrigin(request);
    const form = isRead ? new URLSearchParams() : await readForm(request);
    const addresses = [...url.searchParams.getAll("callbackUrl"), ...form.getAll("callbackUrl")];
    if (!addresses.every(isAddress) || !url.searchParams.getAll("error").every(isPrintable))
      throw new Refusal("MALFORMED", "This address cannot be read.");
    if (!rememberedAddresses(request).every(isAddress)) return forgetRemembered();
    return null;
  } catch (error) {
    return problemAnswer(problemOf(error, createLog("sign-in")));
  }
}

async function readForm(request: Request): Promise<URLSearchParams> {
  const length = Number(request.headers.get("content-length") ?? "0");
  const isUnannounced = request.headers.has("transfer-encoding");
  if (isUnannounced || length > maxBytes) throw new Refusal("TOO_LARGE", "A sign-in form is not that large.");
  const type = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded")
    throw new Refusal("UNSUPPORTED_MEDIA", "Send the form as application/x-www-form-urlencoded.");
  return new URLSearchParams(await request.clone().text());
}

const isPrintable = (text: string): boolean => /^[\x20-\x7e]{0,200}$/.test(text);

/** A path of this installation, or a whole address; where it may lead is next-auth's `redirect` callback to say. */
function isAddress(text: string): boolean {
  if (text.length > 2000 || !/^[\x21-\x7e]+$/.test(text)) return false;
  if (text.startsWith("/")) return URL.canParse(text, "http://lastgood");
  const protocol = URL.parse(text)?.protocol;
  return protocol === "http:" || protocol === "https:";
}

const remembered = ["next-auth.callback-url", "__Secure-next-auth.callback-url"];

/** Where next-auth remembers to have been asked to lead. */
function rememberedAddresses(request: Request): string[] {
  const cookies = (request.headers.get("cookie") ?? "").split(";").map((part) => part.trim().split(/=(.*)/s));
  return cookies.flatMap(([name = "", value = ""]) => (remembered.includes(name) ? [decoded(value)] : []));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // Left as it stands, it is no address either.
    if (error instanceof URIError) return "";
    throw error;
  }
}

/** Any page of the same host can write that cookie, so it must not be able to keep people out. */
function forgetRemembered(): Response {
  const refusal = new Refusal(
    "MALFORMED",
    "A cookie held an address that cannot be read. It is gone; try again.",
  );
  const answer = problemAnswer(problemOf(refusal, createLog("sign-in")));
  for (const name of remembered) {
    const secure = name.startsWith("__Secure-") ? "; Secure" : "";
    answer.headers.append("set-cookie", `${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secure}`);
  }
  return answer;
}

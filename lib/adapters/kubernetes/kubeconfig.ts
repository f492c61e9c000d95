import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { KubeConfig, User } from "@kubernetes/client-node";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import type { Settings } from "#lib/adapters/kubernetes/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

/** How to reach one API server. */
export type Access = {
  server: URL;
  addresses: { address: string; family: number }[];
  tls: {
    ca?: string;
    cert?: string;
    key?: string;
    servername?: string;
    rejectUnauthorized: boolean;
  };
  headers: Record<string, string>;
  /** Credentials that stand inside the kubeconfig, which nobody else knows to be secret. */
  confidential: string[];
};

const mostBytes = 1024 * 1024;

/** Reads the kubeconfig and decides whether it may be used. Throws Fault `permanent`. */
export async function loadAccess(ctx: AdapterContext<Settings>): Promise<Access> {
  const { settings } = ctx;
  const config = await loadConfig(ctx);
  if (settings.context !== undefined) config.setCurrentContext(settings.context);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null)
    throw refused(
      "NO_CONTEXT",
      `The kubeconfig has no ${settings.context === undefined ? "current context" : `context ${settings.context}`}, or its cluster is missing.`,
      "Name a context of the kubeconfig in the settings.",
    );
  const server = URL.parse(cluster.server);
  if (server === null || !["https:", "http:"].includes(server.protocol))
    throw refused("KUBECONFIG_NOT_USABLE", "The server in the kubeconfig is no http or https address.");
  refuseOthers(user, cluster.proxyUrl, settings);
  if ((cluster.skipTLSVerify || server.protocol === "http:") && !settings.allowUnverifiedTls)
    throw refused(
      "TLS_NOT_VERIFIED",
      "The kubeconfig turns certificate checks off or uses plain HTTP.",
      "Put the cluster's certificate authority into it. Only if that cannot be had, set allowUnverifiedTls: whoever answers is then given the credentials.",
    );
  const port = Number(server.port) || (server.protocol === "https:" ? 443 : 80);
  const host = server.hostname.replace(/^\[|\]$/g, "");
  if (!ctx.allowed(host, port))
    throw refused(
      "ADDRESS_REFUSED",
      `${server.hostname}:${port}, the server in the kubeconfig, is not on the environment's allow-list.`,
      `Add ${server.hostname}:${port} to the allow-list if that is the right cluster.`,
    );
  const addresses = await ctx.addresses(server.hostname, port);
  const ca = readPart(cluster.caData, cluster.caFile, "certificate authority");
  const cert = readPart(user?.certData, user?.certFile, "client certificate");
  const key = readPart(user?.keyData, user?.keyFile, "client key");
  if (cert !== undefined) refuseExpired(cert);
  const bearer = user?.token ?? serviceAccountToken(user);
  const basic =
    user?.username === undefined
      ? undefined
      : Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64");
  // They may come from files, of which the redaction knows nothing.
  for (const secret of [key, bearer, basic, user?.password]) if (secret !== undefined) ctx.keepSecret(secret);
  return {
    server,
    addresses,
    tls: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(cluster.tlsServerName !== undefined && { servername: cluster.tlsServerName }),
      rejectUnauthorized: !cluster.skipTLSVerify,
    },
    headers: {
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(bearer === undefined && basic !== undefined && { authorization: `Basic ${basic}` }),
      ...(user?.impersonateUser !== undefined && { "impersonate-user": user.impersonateUser }),
    },
    confidential: [bearer, basic, user?.password, key].filter(
      (one): one is string => one !== undefined && one !== "",
    ),
  };
}

async function loadConfig({ settings, secrets }: AdapterContext<Settings>): Promise<KubeConfig> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  const text = secrets["kubeconfig"];
  const given = [text, settings.kubeconfigPath, settings.inCluster || undefined].filter(
    (one) => one !== undefined,
  );
  if (given.length !== 1)
    throw refused(
      "NO_KUBECONFIG",
      given.length === 0
        ? "Nothing says how to reach the cluster."
        : "More than one thing says how to reach the cluster.",
      "Give one of: the secret `kubeconfig`, the setting kubeconfigPath, the setting inCluster.",
    );
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  if (settings.inCluster && (!host || !port))
    throw refused(
      "NOT_IN_CLUSTER",
      "The setting inCluster is on, and this worker runs in no pod of a cluster.",
      "Run the worker as a pod with a service account; or give the secret `kubeconfig` instead of inCluster.",
    );
  try {
    if (text !== undefined) config.loadFromString(text);
    else if (settings.kubeconfigPath === undefined) config.loadFromCluster();
    else {
      if (statSync(settings.kubeconfigPath).size > mostBytes) throw new Error("it is larger than 1 MiB");
      config.loadFromFile(settings.kubeconfigPath);
    }
  } catch (error) {
    // A YAML error quotes the text around it, which holds credentials: only its first words are shown.
    const why = error instanceof Error && "code" in error ? String(error.code) : "it is no kubeconfig";
    throw refused("KUBECONFIG_NOT_USABLE", `The kubeconfig cannot be read: ${why}.`);
  }
  return config;
}

/** Plug-ins run programs and reach other hosts with what a text says; here neither is done. */
function refuseOthers(user: User | null, proxyUrl: string | undefined, settings: Settings): void {
  const isFileToken = settings.inCluster && tokenFileOf(user) !== undefined;
  if (user?.exec !== undefined || (user?.authProvider !== undefined && !isFileToken))
    throw refused(
      "KUBECONFIG_REFUSED",
      "The kubeconfig gets its credentials from a program or a provider, which is not run here.",
      "Make a service account for Lastgood, and put its token or a client certificate into the kubeconfig.",
    );
  if (proxyUrl !== undefined)
    throw refused(
      "KUBECONFIG_REFUSED",
      "The kubeconfig names a proxy, which is not used here.",
      "Name the API server's own address, and put it on the allow-list.",
    );
}

function tokenFileOf(user: User | null): string | undefined {
  const provider: unknown = user?.authProvider;
  if (typeof provider !== "object" || provider === null || !("config" in provider)) return undefined;
  const { config } = provider;
  if (typeof config !== "object" || config === null || !("tokenFile" in config)) return undefined;
  return typeof config.tokenFile === "string" ? config.tokenFile : undefined;
}

function serviceAccountToken(user: User | null): string | undefined {
  const file = tokenFileOf(user);
  return file === undefined ? undefined : readPart(undefined, file, "service account's token")?.trim();
}

function readPart(data: string | undefined, file: string | undefined, what: string): string | undefined {
  if (data !== undefined && data !== "") return Buffer.from(data, "base64").toString("utf8");
  if (file === undefined || file === "") return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw refused("KUBECONFIG_NOT_USABLE", `The ${what} ${excerpt(file)} cannot be read (${why}).`);
  }
}

function refuseExpired(pem: string): void {
  let until: Date;
  try {
    until = new Date(new X509Certificate(pem).validTo);
  } catch {
    throw refused("KUBECONFIG_NOT_USABLE", "The client certificate in the kubeconfig is none.");
  }
  if (until.getTime() < Date.now())
    throw refused(
      "CERTIFICATE_EXPIRED",
      `The client certificate in the kubeconfig expired at ${until.toISOString()}.`,
      "Issue a new one and put it into the kubeconfig.",
    );
}

function refused(code: string, message: string, advice = "Correct the kubeconfig of this target."): Fault {
  return new Fault("permanent", code, message, advice);
}

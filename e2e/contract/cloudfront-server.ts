import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startAwsServer, Violation } from "#e2e/contract/aws-server.ts";
import type { AwsCall, AwsReply, AwsServer } from "#e2e/contract/aws-server.ts";
import { childrenOf, parseXml, xml } from "#e2e/contract/xml.ts";

const namespace = "http://cloudfront.amazonaws.com/doc/2020-05-31/";
const api = "/2020-05-31/distribution";

export type Invalidation = {
  id: string;
  reference: string;
  paths: string[];
  at: string;
  /** How often it is looked at before it is Completed. */
  looks: number;
};

/** What is served at a path. */
export type Page = { status: number; headers: Record<string, string>; body: Buffer };

export type CloudFront = AwsServer & {
  distribution: string;
  invalidations: Invalidation[];
  /** How many may be in progress together, and for how many looks each is. */
  course: { most: number; looks: number };
  settings: { enabled: boolean; aliases: string[] };
  /** One that somebody else asked for. */
  other: (reference: string, looks?: number, paths?: string[]) => void;
  /** What people reach: keeps every page until an invalidation is Completed. */
  edge: { url: string; address: string };
};

/**
 * CloudFront 2020-05-31 as its published API describes it: GetDistribution, CreateInvalidation, GetInvalidation and
 * ListInvalidations of one distribution, and an edge of it in front of `origin`.
 */
export async function startCloudFront(
  accessKeyId: string,
  origin: (path: string) => Page,
): Promise<CloudFront> {
  const distribution = "E2EXAMPLE1234";
  const invalidations: Invalidation[] = [];
  const course = { most: 15, looks: 2 };
  const settings = { enabled: true, aliases: ["127.0.0.1"] };
  const kept = new Map<string, Page>();

  const look = (): void => {
    for (const one of invalidations) {
      if (one.looks === 0) continue;
      one.looks -= 1;
      if (one.looks === 0) kept.clear();
    }
  };
  const add = (reference: string, paths: string[], looks: number): Invalidation => {
    const id = `I${String(invalidations.length + 1).padStart(12, "0")}`;
    const made = { id, reference, paths, at: new Date().toISOString(), looks };
    invalidations.unshift(made);
    return made;
  };
  const create = (call: AwsCall): AwsReply => {
    const { reference, paths } = batchOf(call);
    const before = invalidations.find((one) => one.reference === reference);
    if (before !== undefined)
      return before.paths.join("\n") === paths.join("\n")
        ? shown(distribution, before, 201)
        : refused(400, "InvalidationBatchAlreadyExists", "The caller reference was used for other paths.");
    if (invalidations.filter(({ looks }) => looks > 0).length >= course.most)
      return refused(400, "TooManyInvalidationsInProgress", "Too many invalidations are in progress.");
    return shown(distribution, add(reference, paths, course.looks), 201);
  };

  function handle(call: AwsCall): AwsReply {
    const found = new RegExp(`^${api}/([A-Z0-9]+)(/invalidation(?:/([A-Z0-9]+))?)?$`).exec(call.path);
    if (found === null) throw new Violation("There is no such path.");
    const [, named, invalidation, id] = found;
    const what = `${call.method}${invalidation === undefined ? "" : " invalidation"}${id === undefined ? "" : " one"}`;
    if (call.method === "GET" && call.body.length > 0) throw new Violation("A look has no body.");
    const known = what === "GET invalidation" ? ["MaxItems", "Marker"] : [];
    for (const name of call.query.keys())
      if (!known.includes(name)) throw new Violation(`The query has ${name}.`);
    if (what === "POST invalidation") batchOf(call);
    if (named !== distribution)
      return refused(404, "NoSuchDistribution", "The specified distribution does not exist.");
    switch (what) {
      case "GET":
        return { status: 200, headers: { etag: "E1" }, body: described(distribution, settings) };
      case "POST invalidation":
        return create(call);
      case "GET invalidation":
        return { status: 200, body: listed(invalidations, call.query) };
      case "GET invalidation one": {
        look();
        const one = invalidations.find((each) => each.id === id);
        return one === undefined
          ? refused(404, "NoSuchInvalidation", "The specified invalidation does not exist.")
          : shown(distribution, one, 200);
      }
      default:
        throw new Violation(`There is no ${what}.`);
    }
  }

  const server = await startAwsServer("cloudfront", accessKeyId, handle, refused);
  const edge = createServer((request, response) => {
    const path = request.url ?? "/";
    const page = kept.get(path) ?? origin(path.endsWith("/") ? `${path}index.html` : path);
    kept.set(path, page);
    response.writeHead(page.status, page.headers).end(page.body);
  });
  await new Promise<void>((resolve) => edge.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(edge.address() as AddressInfo).port}`;
  return {
    ...server,
    distribution,
    invalidations,
    course,
    settings,
    other: (reference, looks = 0, paths = ["/*"]) => void add(reference, paths, looks),
    edge: { url: `http://${address}`, address },
    stop: async () => {
      edge.closeAllConnections();
      await new Promise((resolve) => edge.close(resolve));
      await server.stop();
    },
  };
}

/** What was sent to CreateInvalidation. Throws Violation. */
function batchOf({ headers, body }: AwsCall): { reference: string; paths: string[] } {
  if (headers["content-type"] !== "application/xml") throw new Violation("The content type is no XML.");
  const batch = parseXml(body.toString("utf8"));
  if (batch.name !== "InvalidationBatch" || batch.namespace !== namespace)
    throw new Violation(`It is ${batch.name} of ${batch.namespace ?? "no namespace"}.`);
  const { Paths, CallerReference } = childrenOf(batch, ["Paths", "CallerReference"]);
  if (Paths === undefined || CallerReference === undefined || CallerReference.text === "")
    throw new Violation("It has no CallerReference.");
  const { Quantity, Items } = childrenOf(Paths, ["Quantity", "Items"]);
  const paths = (Items?.children ?? []).map(({ name, text }) => {
    if (name !== "Path" || !text.startsWith("/")) throw new Violation(`${name} ${text} is no path.`);
    return text;
  });
  if (Number(Quantity?.text) !== paths.length) throw new Violation("InconsistentQuantities");
  return { reference: CallerReference.text, paths };
}

const document = (root: { raw: string }): string => `<?xml version="1.0" encoding="UTF-8"?>${root.raw}`;
const statusOf = ({ looks }: Invalidation): string => (looks === 0 ? "Completed" : "InProgress");
const names = (items: readonly string[], name: string) => [
  xml("Quantity", items.length),
  xml("Items", ...items.map((one) => xml(name, one))),
];

function shown(distribution: string, one: Invalidation, status: number): AwsReply {
  const batch = xml(
    "InvalidationBatch",
    xml("Paths", ...names(one.paths, "Path")),
    xml("CallerReference", one.reference),
  );
  return {
    status,
    headers:
      status === 201
        ? { location: `https://cloudfront.amazonaws.com${api}/${distribution}/invalidation/${one.id}` }
        : {},
    body: document(
      xml(
        `Invalidation xmlns="${namespace}"`,
        xml("Id", one.id),
        xml("Status", statusOf(one)),
        xml("CreateTime", one.at),
        batch,
      ),
    ),
  };
}

function listed(all: readonly Invalidation[], query: URLSearchParams): string {
  const most = Number(query.get("MaxItems") ?? 100);
  const from = all.findIndex(({ id }) => id === query.get("Marker")) + 1;
  const some = all.slice(from, from + most);
  const isCut = from + most < all.length;
  const summaries = some.map((one) =>
    xml("InvalidationSummary", xml("Id", one.id), xml("CreateTime", one.at), xml("Status", statusOf(one))),
  );
  return document(
    xml(
      `InvalidationList xmlns="${namespace}"`,
      xml("Marker", query.get("Marker") ?? ""),
      ...(isCut ? [xml("NextMarker", some.at(-1)?.id ?? "")] : []),
      xml("MaxItems", most),
      xml("IsTruncated", isCut),
      xml("Quantity", some.length),
      xml("Items", ...summaries),
    ),
  );
}

function described(distribution: string, { enabled, aliases }: CloudFront["settings"]): string {
  const config = xml(
    "DistributionConfig",
    xml("CallerReference", "made-by-hand"),
    xml("Aliases", ...names(aliases, "CNAME")),
    xml("Comment", ""),
    xml("Enabled", enabled),
  );
  return document(
    xml(
      `Distribution xmlns="${namespace}"`,
      xml("Id", distribution),
      xml("ARN", `arn:aws:cloudfront::123456789012:distribution/${distribution}`),
      xml("Status", "Deployed"),
      xml("LastModifiedTime", "2026-11-01T00:00:00.000Z"),
      xml("InProgressInvalidationBatches", 0),
      xml("DomainName", "d111111abcdef8.cloudfront.net"),
      config,
    ),
  );
}

/** As CloudFront says no: an ErrorResponse. */
function refused(status: number, code: string, message: string): AwsReply {
  const error = xml("Error", xml("Type", "Sender"), xml("Code", code), xml("Message", message));
  return {
    status,
    body: document(xml(`ErrorResponse xmlns="${namespace}"`, error, xml("RequestId", "request-1"))),
  };
}

import { z } from "zod";
import { startContractServer } from "#e2e/contract/contract-server.ts";
import type { ContractServer, Reply } from "#e2e/contract/contract-server.ts";
import { entraRoute } from "#e2e/contract/entra-route.ts";

/*
 * What of the Dataverse Web API 9.2 an agent needs, described from its reference under
 * learn.microsoft.com/power-apps/developer/data-platform (webapi/reference and reference/entities). A managed solution
 * is refused over an equal or higher version, as Dataverse does.
 */
const api = "/api/data/v9.2";
const version = z.string().regex(/^\d+\.\d+\.\d+\.\d+$/);
const rows = <T extends z.ZodType>(row: T) =>
  z.strictObject({
    "@odata.context": z.string(),
    value: z.array(row),
    "@odata.nextLink": z.url().optional(),
  });
const Problem = z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) });
export const dataverseProblem = (status: number, message: string): Reply => ({
  status,
  body: { error: { code: "0x80048033", message } },
});
const etag = { "@odata.etag": z.string() };
const Solution = z.strictObject({
  ...etag,
  solutionid: z.guid(),
  uniquename: z.string(),
  version,
  ismanaged: z.boolean(),
  installedon: z.iso.datetime(),
});
const ImportJob = z.strictObject({
  ...etag,
  importjobid: z.guid(),
  solutionname: z.string(),
  progress: z.number(),
  startedon: z.iso.datetime(),
  completedon: z.iso.datetime().nullable(),
});
const AsyncOperation = z.strictObject({
  "@odata.context": z.string(),
  ...etag,
  asyncoperationid: z.guid(),
  statecode: z.literal([0, 1, 2, 3]),
  statuscode: z.literal([0, 10, 20, 21, 22, 30, 31, 32]),
  message: z.string().nullable(),
});
const Bot = z.strictObject({
  ...etag,
  botid: z.guid(),
  name: z.string(),
  schemaname: z.string(),
  publishedon: z.iso.datetime().nullable(),
});
const Component = z.strictObject({
  ...etag,
  botcomponentid: z.guid(),
  name: z.string(),
  schemaname: z.string(),
  componenttype: z.number(),
  data: z.string().nullable(),
  modifiedon: z.iso.datetime(),
});
const target = z.strictObject({
  "@odata.type": z.literal("Microsoft.Dynamics.CRM.botcomponent"),
  botcomponentid: z.guid(),
});
const base64 = z.base64();

export const importPath = `POST ${api}/ImportSolutionAsync`;
export const publishPath = `POST ${api}/bots(:bot)/Microsoft.Dynamics.CRM.PvaPublish`;
export const topicPath = `PATCH ${api}/botcomponents(:component)`;
export const commitPath = `POST ${api}/CommitFileBlocksUpload`;
export const solutionsPath = `GET ${api}/solutions`;

type Part = Omit<z.infer<typeof Component>, "@odata.etag"> & { file: Buffer | null };
export type DataverseServer = ContractServer & {
  installed: { version: string; isManaged: boolean };
  parts: Part[];
  publishedOn: () => string | null;
  /** How an import goes: after how many looks at its job it is over, and with what end. */
  course: { looks: number; ends: 30 | 31 | 32 };
  effects: { imports: number; publishes: number; topics: number; files: number; customizations: number };
  /** Somebody edits a topic. */
  touch: () => void;
  /** Reads the version from the file as Dataverse would. */
  versionOf: (file: Buffer) => { version: string; isManaged: boolean };
};

const guid = (nth: number): string => `00000000-0000-4000-8000-${String(nth).padStart(12, "0")}`;

/** An environment in which the bad version of the solution HelpAgent is installed and published. */
export async function startDataverse(
  secret: string,
  versionOf: DataverseServer["versionOf"],
  isManaged = false,
): Promise<DataverseServer> {
  const installed: DataverseServer["installed"] = { version: "2.4.0.0", isManaged };
  const course: DataverseServer["course"] = { looks: 2, ends: 30 };
  const effects = { imports: 0, publishes: 0, topics: 0, files: 0, customizations: 0 };
  let clock = Date.parse("2026-11-20T08:00:00.000Z");
  const now = (): string => new Date((clock += 1000)).toISOString();
  let publishedOn: string | null = null;
  let counter = 100;
  const part = (
    name: string,
    schema: string,
    type: number,
    data: string | null,
    file: Buffer | null,
  ): Part => ({
    botcomponentid: guid(counter++),
    name,
    schemaname: `cr1_helpAgent.${schema}`,
    componenttype: type,
    data,
    modifiedon: now(),
    file,
  });
  const parts: Part[] = [
    part("Greeting", "topic.Greeting", 9, "kind: new greeting", null),
    part("Escalate", "topic.Escalate", 9, "kind: escalate", null),
    part("OnlyNew", "topic.OnlyNew", 9, "kind: only new", null),
    part("prices.md", "file.prices.md", 14, null, Buffer.from("prices of 2.4")),
    part("added.pdf", "file.added.pdf", 14, null, Buffer.from([0, 255, 1, 254])),
  ];
  publishedOn = now();
  const bot = guid(1);
  const jobs: { id: string; job: string; version: string; looks: number; end: number | null; at: string }[] =
    [];
  const uploads = new Map<string, { id: string; blocks: Map<string, Buffer> }>();
  const downloads = new Map<string, Buffer>();
  const context = { "@odata.context": "https://example.crm4.dynamics.com/api/data/v9.2/$metadata" };
  const tagged = <T extends object>(row: T) => ({ "@odata.etag": 'W/"1"', ...row });

  function advance(): void {
    for (const job of jobs) {
      if (job.end !== null || job.looks-- > 0) continue;
      job.end = course.ends;
      if (course.ends !== 30) continue;
      installed.version = job.version;
      effects.imports += 1;
      for (const one of parts) if (one.componenttype === 9) one.modifiedon = now();
    }
  }
  const changed = (id: string | undefined): Part | undefined => {
    const found = parts.find(({ botcomponentid }) => botcomponentid === id);
    if (found) found.modifiedon = now();
    return found;
  };

  const server = await startContractServer(
    [
      entraRoute(secret, /^http:\/\/127\.0\.0\.1:\d+\/\.default$/, "dv-token"),
      {
        on: `GET ${api}/WhoAmI`,
        answers: {
          200: z.strictObject({
            "@odata.context": z.string(),
            BusinessUnitId: z.guid(),
            UserId: z.guid(),
            OrganizationId: z.guid(),
          }),
        },
        handle: () => ({
          status: 200,
          body: { ...context, BusinessUnitId: guid(2), UserId: guid(3), OrganizationId: guid(4) },
        }),
      },
      {
        on: solutionsPath,
        query: z.strictObject({
          $select: z.literal("solutionid,uniquename,version,ismanaged,installedon"),
          $filter: z.string().regex(/^uniquename eq '[A-Za-z0-9_]+'$/),
        }),
        answers: { 200: rows(Solution) },
        handle: ({ query }) => {
          advance();
          const row = {
            solutionid: guid(5),
            uniquename: "HelpAgent",
            version: installed.version,
            ismanaged: installed.isManaged,
            installedon: "2026-11-20T08:00:00.000Z",
          };
          const value = query["$filter"]?.includes("'HelpAgent'") === true ? [tagged(row)] : [];
          return { status: 200, body: { ...context, value } };
        },
      },
      {
        on: `GET ${api}/importjobs`,
        query: z.strictObject({
          $select: z.literal("importjobid,solutionname,progress,startedon,completedon"),
          $filter: z.literal("solutionname eq 'HelpAgent'"),
          $orderby: z.literal("createdon desc"),
          $top: z.literal("1"),
        }),
        answers: { 200: rows(ImportJob) },
        handle: () => {
          advance();
          const value = jobs.slice(-1).map((job) =>
            tagged({
              importjobid: job.job,
              solutionname: "HelpAgent",
              progress: job.end === null ? 50 : 100,
              startedon: job.at,
              completedon: job.end === null ? null : job.at,
            }),
          );
          return { status: 200, body: { ...context, value } };
        },
      },
      {
        on: importPath,
        body: z.strictObject({
          OverwriteUnmanagedCustomizations: z.boolean(),
          PublishWorkflows: z.boolean(),
          CustomizationFile: base64,
        }),
        answers: {
          200: z.strictObject({
            "@odata.context": z.string(),
            ImportJobKey: z.guid(),
            AsyncOperationId: z.guid(),
          }),
          400: Problem,
        },
        handle: ({ body }) => {
          const file = Buffer.from((body as { CustomizationFile: string }).CustomizationFile, "base64");
          const found = versionOf(file);
          if (installed.isManaged && !(found.version > installed.version))
            return dataverseProblem(
              400,
              "The import solution must have a higher version than the existing solution it is upgrading.",
            );
          const job = {
            id: guid(counter++),
            job: guid(counter++),
            version: found.version,
            looks: course.looks,
            end: null,
            at: now(),
          };
          jobs.push(job);
          return { status: 200, body: { ...context, ImportJobKey: job.job, AsyncOperationId: job.id } };
        },
      },
      {
        on: `GET ${api}/asyncoperations(:operation)`,
        query: z.strictObject({ $select: z.literal("statecode,statuscode,message") }),
        answers: { 200: AsyncOperation, 404: Problem },
        handle: ({ params }) => {
          advance();
          const job = jobs.find(({ id }) => id === params["operation"]);
          if (!job) return dataverseProblem(404, "Does not exist");
          return {
            status: 200,
            body: {
              ...context,
              ...tagged({
                asyncoperationid: job.id,
                statecode: job.end === null ? 0 : 3,
                statuscode: job.end ?? 20,
                message: job.end === 31 ? "Missing dependencies" : null,
              }),
            },
          };
        },
      },
      {
        on: `GET ${api}/bots`,
        query: z.strictObject({
          $select: z.literal("botid,name,schemaname,publishedon"),
          $filter: z.string().regex(/^schemaname eq '[A-Za-z0-9_]+'$/),
        }),
        answers: { 200: rows(Bot) },
        handle: ({ query }) => {
          const row = { botid: bot, name: "Help", schemaname: "cr1_helpAgent", publishedon: publishedOn };
          const value = query["$filter"]?.includes("'cr1_helpAgent'") === true ? [tagged(row)] : [];
          return { status: 200, body: { ...context, value } };
        },
      },
      {
        on: `GET ${api}/botcomponents`,
        query: z.strictObject({
          $select: z.literal("botcomponentid,name,schemaname,componenttype,data,modifiedon"),
          $filter: z.literal(`_parentbotid_value eq ${bot}`),
          $skiptoken: z.string().optional(),
        }),
        answers: { 200: rows(Component) },
        handle: ({ query }) => {
          // Two pages, however few there are.
          const isSecond = query["$skiptoken"] !== undefined;
          const some = isSecond ? parts.slice(2) : parts.slice(0, 2);
          const value = some.map(({ file: _file, ...row }) => tagged(row));
          const rest = new URLSearchParams({ ...query, $skiptoken: "2" }).toString();
          const next = { "@odata.nextLink": `https://example.crm4.dynamics.com${api}/botcomponents?${rest}` };
          return { status: 200, body: { ...context, value, ...(isSecond ? {} : next) } };
        },
      },
      {
        on: topicPath,
        body: z.strictObject({ data: z.string() }),
        answers: { 204: null, 404: Problem },
        handle: ({ params, body, headers }) => {
          if (headers["if-match"] !== "*")
            return dataverseProblem(400, "This would create what is not there.");
          const found = changed(params["component"]);
          if (!found) return dataverseProblem(404, "Does not exist");
          found.data = (body as { data: string }).data;
          effects.topics += 1;
          return { status: 204 };
        },
      },
      {
        on: `DELETE ${api}/botcomponents(:component)`,
        answers: { 204: null, 404: Problem },
        handle: ({ params }) => {
          const at = parts.findIndex(({ botcomponentid }) => botcomponentid === params["component"]);
          if (at < 0) return dataverseProblem(404, "Does not exist");
          parts.splice(at, 1);
          effects.files += 1;
          return { status: 204 };
        },
      },
      {
        on: `POST ${api}/botcomponents`,
        body: z.strictObject({
          name: z.string(),
          schemaname: z.string().max(100),
          componenttype: z.literal(14),
          "parentbotid@odata.bind": z.literal(`/bots(${bot})`),
        }),
        answers: { 201: Component.extend({ "@odata.context": z.string() }) },
        handle: ({ body }) => {
          const { name, schemaname } = body as { name: string; schemaname: string };
          const made = { ...part(name, "", 14, null, null), schemaname };
          parts.push(made);
          const { file: _file, ...row } = made;
          return { status: 201, body: { ...context, ...tagged(row) } };
        },
      },
      {
        on: `POST ${api}/InitializeFileBlocksUpload`,
        body: z.strictObject({
          Target: target,
          FileName: z.string(),
          FileAttributeName: z.literal("filedata"),
        }),
        answers: { 200: z.strictObject({ "@odata.context": z.string(), FileContinuationToken: z.string() }) },
        handle: ({ body }) => {
          const token = `up-${counter++}`;
          const { Target } = body as { Target: { botcomponentid: string } };
          uploads.set(token, { id: Target.botcomponentid, blocks: new Map() });
          return { status: 200, body: { ...context, FileContinuationToken: token } };
        },
      },
      {
        on: `POST ${api}/UploadBlock`,
        body: z.strictObject({ BlockId: base64, BlockData: base64, FileContinuationToken: z.string() }),
        answers: { 204: null },
        handle: ({ body }) => {
          const { BlockId, BlockData, FileContinuationToken } = body as Record<string, string>;
          uploads
            .get(FileContinuationToken ?? "")
            ?.blocks.set(BlockId ?? "", Buffer.from(BlockData ?? "", "base64"));
          return { status: 204 };
        },
      },
      {
        on: commitPath,
        body: z.strictObject({
          FileName: z.string(),
          MimeType: z.string(),
          BlockList: z.array(base64),
          FileContinuationToken: z.string(),
        }),
        answers: {
          200: z.strictObject({
            "@odata.context": z.string(),
            FileId: z.guid(),
            FileSizeInBytes: z.number(),
          }),
        },
        handle: ({ body }) => {
          const { BlockList, FileContinuationToken } = body as {
            BlockList: string[];
            FileContinuationToken: string;
          };
          const upload = uploads.get(FileContinuationToken);
          const file = Buffer.concat(BlockList.map((id) => upload?.blocks.get(id) ?? Buffer.alloc(0)));
          const found = changed(upload?.id);
          if (found) found.file = file;
          effects.files += 1;
          return { status: 200, body: { ...context, FileId: guid(counter++), FileSizeInBytes: file.length } };
        },
      },
      {
        on: `POST ${api}/InitializeFileBlocksDownload`,
        body: z.strictObject({ Target: target, FileAttributeName: z.literal("filedata") }),
        answers: {
          200: z.strictObject({
            "@odata.context": z.string(),
            FileContinuationToken: z.string(),
            FileSizeInBytes: z.number(),
            FileName: z.string(),
            IsChunkingSupported: z.boolean(),
          }),
          404: Problem,
        },
        handle: ({ body }) => {
          const { Target } = body as { Target: { botcomponentid: string } };
          const found = parts.find(({ botcomponentid }) => botcomponentid === Target.botcomponentid);
          if (!found?.file) return dataverseProblem(404, "No file attachment found");
          const token = `down-${counter++}`;
          downloads.set(token, found.file);
          return {
            status: 200,
            body: {
              ...context,
              FileContinuationToken: token,
              FileSizeInBytes: found.file.length,
              FileName: found.name,
              IsChunkingSupported: true,
            },
          };
        },
      },
      {
        on: `POST ${api}/DownloadBlock`,
        body: z.strictObject({
          Offset: z.number(),
          BlockLength: z.number(),
          FileContinuationToken: z.string(),
        }),
        answers: { 200: z.strictObject({ "@odata.context": z.string(), Data: base64 }) },
        handle: ({ body }) => {
          const { Offset, BlockLength, FileContinuationToken } = body as {
            Offset: number;
            BlockLength: number;
            FileContinuationToken: string;
          };
          const data = downloads.get(FileContinuationToken)?.subarray(Offset, Offset + BlockLength);
          return { status: 200, body: { ...context, Data: data?.toString("base64") ?? "" } };
        },
      },
      {
        on: publishPath,
        body: z.strictObject({}),
        answers: { 200: z.looseObject({}), 404: Problem },
        handle: ({ params }) => {
          if (params["bot"] !== bot) return dataverseProblem(404, "Does not exist");
          publishedOn = now();
          effects.publishes += 1;
          return { status: 200, body: context };
        },
      },
      {
        on: `POST ${api}/PublishAllXml`,
        body: z.strictObject({}),
        answers: { 204: null },
        handle: () => {
          effects.customizations += 1;
          return { status: 204 };
        },
      },
    ],
    ({ authorization }) =>
      authorization === "Bearer dv-token" ? null : dataverseProblem(401, "Unauthorized"),
  );
  return {
    ...server,
    installed,
    parts,
    publishedOn: () => publishedOn,
    course,
    effects,
    touch: () => void changed(parts[0]?.botcomponentid),
    versionOf,
  };
}

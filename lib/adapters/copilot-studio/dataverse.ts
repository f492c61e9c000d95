import { z } from "zod";
import { clientToken } from "#lib/adapters/client-credentials.ts";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import type { Settings } from "#lib/adapters/copilot-studio/schema.ts";
import { under } from "#lib/adapters/http-address.ts";
import { restCall, restJson } from "#lib/adapters/rest-call.ts";
import type { RestCall } from "#lib/adapters/rest-call.ts";
import { Fault } from "#lib/domain/errors.ts";

export type Context = AdapterContext<Settings>;

/*
 * Tables and actions of the Dataverse Web API 9.2 as Microsoft publishes them under
 * learn.microsoft.com/power-apps/developer/data-platform: webapi/reference (ImportSolutionAsync, PublishAllXml,
 * InitializeFileBlocksUpload, UploadBlock, CommitFileBlocksUpload, InitializeFileBlocksDownload, DownloadBlock,
 * WhoAmI) and reference/entities (solution, importjob, asyncoperation, bot with its action PvaPublish, botcomponent).
 */
const Guid = z.guid();
const listOf = <T extends z.ZodType>(row: T) =>
  z.object({ value: z.array(row), "@odata.nextLink": z.string().optional() });

const Solution = z.object({ solutionid: Guid, version: z.string(), ismanaged: z.boolean() });
const ImportJob = z.object({ importjobid: Guid, completedon: z.string().nullable() });
const Started = z.object({ ImportJobKey: z.string(), AsyncOperationId: Guid });
const AsyncOperation = z.object({
  statecode: z.number(),
  statuscode: z.number(),
  message: z.string().nullish(),
});
const Bot = z.object({ botid: Guid, name: z.string(), publishedon: z.string().nullable() });
const Component = z.object({
  botcomponentid: Guid,
  name: z.string(),
  schemaname: z.string(),
  componenttype: z.number(),
  data: z.string().nullish(),
  modifiedon: z.string(),
});
export type Component = z.output<typeof Component>;
type Bot = z.output<typeof Bot>;

/** Component types of botcomponent. */
export const types = { topic: 9, file: 14 } as const;
const blockBytes = 2 * 1024 * 1024;
const mostFileBytes = 64 * 1024 * 1024;
const mostComponents = 20_000;

export type Dataverse = {
  organization: () => Promise<string>;
  solution: () => Promise<{ version: string; isManaged: boolean } | null>;
  /** The newest import of the solution that has not ended. */
  runningImport: () => Promise<string | null>;
  /** Gives the id of the job that does it. */
  startImport: (content: Buffer) => Promise<string>;
  job: (id: string) => Promise<{ isOver: boolean; isDone: boolean; isCancelled: boolean; message: string }>;
  bot: () => Promise<Bot>;
  components: (bot: Bot) => Promise<Component[]>;
  setData: (id: string, data: string) => Promise<void>;
  remove: (id: string) => Promise<void>;
  addFile: (bot: Bot, name: string, schemaName: string) => Promise<string>;
  readFile: (id: string) => Promise<Buffer | null>;
  writeFile: (id: string, name: string, content: Buffer) => Promise<void>;
  publish: (bot: Bot) => Promise<void>;
  publishCustomizations: () => Promise<void>;
};

type More = Pick<RestCall, "method" | "body" | "isLook" | "maxBytes" | "also"> & {
  headers?: Record<string, string>;
};

/** One environment. Every method throws Fault. */
export function openDataverse(ctx: Context): Dataverse {
  const { settings } = ctx;
  const origin = new URL(settings.environmentUrl).origin;
  let signedIn: ReturnType<typeof clientToken> | null = null;
  const prepare = async (path: string, { headers, ...more }: More): Promise<RestCall> => {
    signedIn ??= clientToken(ctx, { ...settings, scope: `${origin}/.default` });
    const { token } = await signedIn;
    return {
      url: under(settings.environmentUrl, `/api/data/v9.2/${path}`),
      headers: {
        authorization: `Bearer ${token}`,
        "odata-version": "4.0",
        "odata-maxversion": "4.0",
        ...headers,
      },
      timeoutMs: settings.timeoutMs,
      secret: "clientSecret",
      ...more,
    };
  };
  const call = async <T>(path: string, schema: z.ZodType<T>, more: More = {}): Promise<T> =>
    restJson(ctx, await prepare(path, more), schema);
  const send = async (path: string, more: More): Promise<void> => {
    await restCall(ctx, await prepare(path, more));
  };
  const query = (table: string, options: Record<string, string>): string =>
    `${table}?${Object.entries(options)
      .map(([name, value]) => `$${name}=${encodeURIComponent(value)}`)
      .join("&")}`;
  const target = (id: string) => ({
    "@odata.type": "Microsoft.Dynamics.CRM.botcomponent",
    botcomponentid: id,
  });

  return {
    organization: async () => (await call("WhoAmI", z.object({ OrganizationId: Guid }))).OrganizationId,
    solution: async () => {
      const options = {
        select: "solutionid,uniquename,version,ismanaged,installedon",
        filter: `uniquename eq '${settings.solution}'`,
      };
      const [found] = (await call(query("solutions", options), listOf(Solution))).value;
      return found === undefined ? null : { version: found.version, isManaged: found.ismanaged };
    },
    runningImport: async () => {
      const options = {
        select: "importjobid,solutionname,progress,startedon,completedon",
        filter: `solutionname eq '${settings.solution}'`,
        orderby: "createdon desc",
        top: "1",
      };
      const [last] = (await call(query("importjobs", options), listOf(ImportJob))).value;
      return last?.completedon === null ? last.importjobid : null;
    },
    startImport: async (content) =>
      (
        await call("ImportSolutionAsync", Started, {
          method: "POST",
          body: {
            OverwriteUnmanagedCustomizations: true,
            PublishWorkflows: true,
            CustomizationFile: content.toString("base64"),
          },
        })
      ).AsyncOperationId,
    job: async (id) => {
      const path = query(`asyncoperations(${id})`, { select: "statecode,statuscode,message" });
      const { statecode, statuscode, message } = await call(path, AsyncOperation);
      // 3: completed; 30: succeeded, 31: failed, 32: cancelled.
      return {
        isOver: statecode === 3,
        isDone: statuscode === 30,
        isCancelled: statuscode === 32,
        message: message ?? "",
      };
    },
    bot: async () => {
      const options = {
        select: "botid,name,schemaname,publishedon",
        filter: `schemaname eq '${settings.bot}'`,
      };
      const [found] = (await call(query("bots", options), listOf(Bot))).value;
      if (found) return found;
      throw new Fault(
        "permanent",
        "NO_BOT",
        `The environment has no agent ${settings.bot}.`,
        "Check the schema name of the agent and the environment in the settings.",
      );
    },
    components: async (bot) => {
      const found: Component[] = [];
      let path: string | undefined = query("botcomponents", {
        select: "botcomponentid,name,schemaname,componenttype,data,modifiedon",
        filter: `_parentbotid_value eq ${bot.botid}`,
      });
      while (path !== undefined) {
        const page: z.output<ReturnType<typeof listOf<typeof Component>>> = await call(
          path,
          listOf(Component),
          {
            maxBytes: 16 * 1024 * 1024,
          },
        );
        found.push(...page.value);
        if (found.length > mostComponents) throw tooMuch(`more than ${mostComponents} components`);
        path = nextOf(page["@odata.nextLink"]);
      }
      return found;
    },
    setData: (id, data) =>
      // If-Match: only what is there is changed, nothing is created.
      send(`botcomponents(${id})`, { method: "PATCH", body: { data }, headers: { "if-match": "*" } }),
    remove: (id) => send(`botcomponents(${id})`, { method: "DELETE", also: [404] }),
    addFile: async (bot, name, schemaname) => {
      const body = {
        name,
        schemaname,
        componenttype: types.file,
        "parentbotid@odata.bind": `/bots(${bot.botid})`,
      };
      const headers = { prefer: "return=representation" };
      const made = z.object({ botcomponentid: Guid });
      return (await call("botcomponents", made, { method: "POST", body, headers })).botcomponentid;
    },
    readFile: async (id) => {
      const began = await restCall(
        ctx,
        await prepare("InitializeFileBlocksDownload", {
          method: "POST",
          isLook: true,
          body: { Target: target(id), FileAttributeName: "filedata" },
          also: [404],
        }),
      );
      // A component whose file was never written.
      if (began.status === 404) return null;
      const Begun = z.object({ FileContinuationToken: z.string(), FileSizeInBytes: z.number() });
      const { FileContinuationToken, FileSizeInBytes } = parsed(Begun, began.body);
      if (FileSizeInBytes > mostFileBytes) throw tooMuch("a file of more than 64 MiB");
      const parts: Buffer[] = [];
      for (let offset = 0; offset < FileSizeInBytes; offset += blockBytes) {
        const { Data } = await call("DownloadBlock", z.object({ Data: z.string() }), {
          method: "POST",
          isLook: true,
          body: { Offset: offset, BlockLength: blockBytes, FileContinuationToken },
          maxBytes: 2 * blockBytes,
        });
        parts.push(Buffer.from(Data, "base64"));
      }
      return Buffer.concat(parts);
    },
    writeFile: async (id, name, content) => {
      const begin = z.object({ FileContinuationToken: z.string() });
      const { FileContinuationToken } = await call("InitializeFileBlocksUpload", begin, {
        method: "POST",
        body: { Target: target(id), FileName: name, FileAttributeName: "filedata" },
      });
      const blocks: string[] = [];
      for (let offset = 0; offset < Math.max(1, content.length); offset += blockBytes) {
        const block = Buffer.from(String(blocks.length).padStart(8, "0")).toString("base64");
        blocks.push(block);
        await send("UploadBlock", {
          method: "POST",
          body: {
            BlockId: block,
            BlockData: content.subarray(offset, offset + blockBytes).toString("base64"),
            FileContinuationToken,
          },
        });
      }
      // Until here nothing of it is seen; now all of it is.
      await send("CommitFileBlocksUpload", {
        method: "POST",
        body: {
          FileName: name,
          MimeType: "application/octet-stream",
          BlockList: blocks,
          FileContinuationToken,
        },
      });
    },
    publish: (bot) =>
      send(`bots(${bot.botid})/Microsoft.Dynamics.CRM.PvaPublish`, { method: "POST", body: {} }),
    publishCustomizations: () => send("PublishAllXml", { method: "POST", body: {} }),
  };
}

function tooMuch(what: string): Fault {
  return new Fault(
    "permanent",
    "TOO_MUCH_OUTPUT",
    `The environment answers with ${what} of this agent.`,
    "Check that environmentUrl leads to Dataverse, and take out of the agent what it does not need.",
  );
}

/** The rest of a list, below the same address whatever host the link names. */
function nextOf(link: string | undefined): string | undefined {
  const url = link === undefined ? null : URL.parse(link);
  return url === null ? undefined : `${url.pathname.split("/").at(-1) ?? ""}${url.search}`;
}

function parsed<T>(schema: z.ZodType<T>, body: string): T {
  const found = schema.safeParse(JSON.parse(body));
  if (found.success) return found.data;
  throw new Fault(
    "permanent",
    "UNEXPECTED_ANSWER",
    "Dataverse answered with something else than its contract says.",
    "Check the address in the settings: another system may answer there.",
  );
}

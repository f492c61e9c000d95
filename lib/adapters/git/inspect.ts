import type { AdapterContext, FoundVersion, Identity, Inspection } from "#lib/adapters/contract.ts";
import { evidence, excerpt, printable } from "#lib/adapters/evidence.ts";
import { toolFound } from "#lib/adapters/find-program.ts";
import { fetchHistory, rootOf } from "#lib/adapters/git/repository.ts";
import { withRepository } from "#lib/adapters/git/run-git.ts";
import type { Settings } from "#lib/adapters/git/schema.ts";

type Context = AdapterContext<Settings>;
const mostTags = 50;

/** The first commit of the branch: it goes along when a repository moves, and no other history has it. */
export function identify(ctx: Context): Promise<Identity> {
  return withRepository(ctx, async (git) => {
    await fetchHistory(git);
    return { kind: "git-history", id: await rootOf(git) };
  });
}

export async function inspect(ctx: Context): Promise<Inspection> {
  const tool = await toolFound("git", ctx.settings.git, ["--version"], ctx.signal);
  if ("missing" in tool)
    return {
      tools: [tool],
      evidence: [evidence("Repository", false, "It cannot be looked at without git.")],
      current: null,
      history: [],
    };
  return withRepository(ctx, async (git) => {
    const { commit } = await fetchHistory(git);
    const format = "%(objectname) %(*objectname) %(refname:strip=2)";
    const printed = await git.run([
      ...["for-each-ref", "--sort=-creatordate", `--count=${mostTags}`, `--format=${format}`, "refs/tags"],
    ]);
    const history = printed.split("\n").flatMap((line): FoundVersion[] => {
      const [object = "", peeled = "", name = ""] = line.split(" ");
      if (name === "") return [];
      return [found(printable(name), peeled === "" ? object : peeled, `Tag ${printable(name)}`)];
    });
    const { branch } = ctx.settings;
    const tagged = history.find(({ artifacts }) => artifacts.commit === commit);
    const subject = await git.run(["log", "-1", "--format=%cI %an: %s", commit]);
    const said = excerpt(ctx.redact(subject), 200);
    return {
      tools: [tool],
      evidence: [
        evidence("Branch", true, `${branch} is at ${commit.slice(0, 12)}. ${said}`),
        evidence(
          "Tags",
          true,
          history.length === 0 ? "The repository has none." : `${history.length} newest read.`,
        ),
      ],
      current: tagged ?? found(commit.slice(0, 12), commit, `The newest commit of ${branch}`),
      history,
    };
  });
}

const found = (version: string, commit: string, detail: string): FoundVersion => ({
  version,
  deployedAt: null,
  artifacts: { commit },
  detail,
});

import type { Problem } from "#components/action/answer.ts";

/** The API said no. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Reads from the API as the person who is signed in. Throws ApiRefusal, or a TypeError where nothing answers. */
export async function fetchApi<T>(path: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(`/api/v1${path}`, {
    headers: { accept: "application/json" },
    ...(signal ? { signal } : {}),
  });
  if (!answer.ok) throw new ApiRefusal((await answer.json()) as Problem);
  return (await answer.json()) as T;
}

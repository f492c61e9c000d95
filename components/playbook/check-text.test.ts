import { expect, it } from "vitest";
import { faultsIn } from "#components/playbook/check-text.ts";

const problem = { code: "INVALID", title: "The input is not valid", detail: "Two faults." } as const;

it("the faults of a refused text come in the order of its lines, those without a line first", () => {
  const faults = [
    { path: "matrices.0.rows.0.when", message: "Compare with one.", line: 40 },
    { path: "", message: "The document is larger than 1 MiB." },
    { path: "id", message: "Use lower-case letters.", line: 3 },
  ];
  expect(faultsIn({ ...problem, faults })).toEqual([
    { line: null, path: "", message: "The document is larger than 1 MiB." },
    { line: 3, path: "id", message: "Use lower-case letters." },
    { line: 40, path: "matrices.0.rows.0.when", message: "Compare with one." },
  ]);
});

it("a refusal without lines is told by its fields", () => {
  const errors = [{ path: "yaml", message: "Too long." }];
  expect(faultsIn({ ...problem, errors })).toEqual([{ line: null, path: "yaml", message: "Too long." }]);
});

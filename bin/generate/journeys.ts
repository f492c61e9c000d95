import fs from "node:fs";
import path from "node:path";
import ts from "typescript";

/** A rollback that a test carries out through the product, by a procedure of a built-in playbook. */
export type FoundJourney = {
  file: string;
  playbook: string;
  procedure: string;
  /** Of its targets, sorted; what stands in another file is not seen. */
  adapters: string[];
};

type Values = Readonly<Record<string, string>>;
/** What parameters stand for, and the test in which. */
type Occurrence = { values: Values; test: ts.CallExpression };

const journeyCalls = ["followJourney", "rollBackByProcedure"];

/** Every journey of the tests in a folder. Reads their source; runs nothing. */
export function findJourneys(folder: string): FoundJourney[] {
  const files = fs.readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
  return files.sort().flatMap((name) => journeysIn(name, fs.readFileSync(path.join(folder, name), "utf8")));
}

/**
 * The journeys of one test file: objects with `playbook` and `procedure` inside tests that are not skipped, in a file
 * that follows journeys to their end. Names stand for what `each` tables and calls within the file give them.
 */
export function journeysIn(file: string, text: string): FoundJourney[] {
  if (!journeyCalls.some((name) => text.includes(`${name}(`))) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const nodes = descendants(source);
  const calls = nodes.filter(ts.isCallExpression);
  if (!calls.some(({ expression }) => journeyCalls.includes(expression.getText()))) return [];
  const objects = nodes.filter(ts.isObjectLiteralExpression);
  const having = (...names: string[]) =>
    objects.filter((object) => names.every((name) => property(object, name) !== undefined));
  const targets = having("adapter").flatMap((object) =>
    occurrences(object, calls).flatMap(({ values, test }) => {
      const adapter = valueOf(property(object, "adapter"), values);
      return adapter === undefined ? [] : [{ adapter, test }];
    }),
  );
  const found = having("playbook", "procedure").flatMap((object) =>
    occurrences(object, calls).flatMap(({ values, test }) => {
      const [playbook, procedure] = ["playbook", "procedure"].map((name) =>
        valueOf(property(object, name), values),
      );
      if (playbook === undefined || procedure === undefined) return [];
      const own = targets.filter((one) => one.test === test).map(({ adapter }) => adapter);
      return [{ file, playbook, procedure, adapters: [...new Set(own)].sort() }];
    }),
  );
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
}

function descendants(node: ts.Node): ts.Node[] {
  const all: ts.Node[] = [node];
  ts.forEachChild(node, (child) => void all.push(...descendants(child)));
  return all;
}

/** Each way in which a test reaches this place; none where it is skipped, or outside of every test. */
function occurrences(node: ts.Node, calls: readonly ts.CallExpression[]): Occurrence[] {
  let rows: Values[] = [{}];
  let test: ts.CallExpression | undefined;
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isCallExpression(at)) {
      const words = wordsOf(at.expression);
      if (words.includes("skip") || words.includes("todo")) return [];
      const isTable = ts.isCallExpression(at.parent) && at.parent.expression === at;
      if (!isTable && (words[0] === "it" || words[0] === "test")) test ??= at;
    } else if (ts.isArrowFunction(at) || ts.isFunctionExpression(at) || ts.isFunctionDeclaration(at)) {
      const own = at;
      rows = rows.flatMap((inner) =>
        tableOf(own).map((row) => ({ ...texts(given(own.parameters, row), {}), ...inner })),
      );
      const name = nameOf(own);
      if (test !== undefined || name === undefined) continue;
      const callers = calls.filter((call) => call.expression.getText() === name && !isWithin(call, own));
      return callers.flatMap((call) =>
        occurrences(call, calls).flatMap((outer) =>
          rows.map((inner) => ({
            test: outer.test,
            values: {
              ...outer.values,
              ...texts(given(own.parameters, call.arguments), outer.values),
              ...inner,
            },
          })),
        ),
      );
    }
  }
  const found = test;
  return found === undefined ? [] : rows.map((values) => ({ values, test: found }));
}

/** The rows that `each` calls this function with; one empty row where it does not. */
function tableOf(own: ts.Node): readonly (readonly ts.Expression[])[] {
  const call = own.parent;
  if (!ts.isCallExpression(call) || !ts.isCallExpression(call.expression)) return [[]];
  const table = bare(call.expression.arguments[0]);
  if (wordsOf(call.expression).at(-1) !== "each" || !table || !ts.isArrayLiteralExpression(table))
    return [[]];
  return table.elements.map((element) => {
    const row = bare(element);
    return row && ts.isArrayLiteralExpression(row) ? row.elements : [element];
  });
}

/** What each name among the parameters is given. */
function given(
  parameters: readonly ts.ParameterDeclaration[],
  values: readonly ts.Expression[],
): Record<string, ts.Expression> {
  const entries = parameters.flatMap(({ name }, index): [string, ts.Expression | undefined][] => {
    const value = bare(values[index]);
    if (ts.isIdentifier(name)) return [[name.text, value]];
    if (!ts.isObjectBindingPattern(name) || !value || !ts.isObjectLiteralExpression(value)) return [];
    return name.elements.map((one) => [
      one.name.getText(),
      property(value, (one.propertyName ?? one.name).getText()),
    ]);
  });
  return Object.fromEntries(
    entries.filter((entry): entry is [string, ts.Expression] => entry[1] !== undefined),
  );
}

function texts(expressions: Record<string, ts.Expression>, values: Values): Values {
  const entries = Object.entries(expressions).map(([name, one]) => [name, valueOf(one, values)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The text of a literal, or of what a name stands for. */
function valueOf(expression: ts.Expression | undefined, values: Values): string | undefined {
  const one = bare(expression);
  if (!one) return undefined;
  if (ts.isStringLiteralLike(one)) return one.text;
  return ts.isIdentifier(one) && Object.hasOwn(values, one.text) ? values[one.text] : undefined;
}

function property(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const found = object.properties.find((one) => one.name?.getText() === name);
  if (found && ts.isShorthandPropertyAssignment(found)) return found.name;
  return found && ts.isPropertyAssignment(found) ? found.initializer : undefined;
}

/** Without `as …`, `satisfies …` and brackets. */
function bare(expression: ts.Expression | undefined): ts.Expression | undefined {
  let one = expression;
  while (
    one &&
    (ts.isAsExpression(one) || ts.isSatisfiesExpression(one) || ts.isParenthesizedExpression(one))
  )
    one = one.expression;
  return one;
}

/** Such as ["it", "each"] of `it.each(table)`. */
function wordsOf(expression: ts.Expression): string[] {
  if (ts.isCallExpression(expression)) return wordsOf(expression.expression);
  if (ts.isPropertyAccessExpression(expression))
    return [...wordsOf(expression.expression), expression.name.text];
  return ts.isIdentifier(expression) ? [expression.text] : [];
}

function nameOf(own: ts.FunctionLikeDeclaration): string | undefined {
  if (own.name && ts.isIdentifier(own.name)) return own.name.text;
  const { parent } = own;
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? parent.name.text : undefined;
}

const isWithin = (inner: ts.Node, outer: ts.Node): boolean =>
  inner.pos >= outer.pos && inner.end <= outer.end;

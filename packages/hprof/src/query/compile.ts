import type { ObjectReader } from "../inspect/object-reader.ts";
import { AGGREGATES, isAggregate, OBJECT_FUNCTIONS } from "./functions.ts";
import type { Expression, Operator } from "./parse.ts";
import { malformed } from "./tokens.ts";
import { andThen, comparable, type Eventually, Reference, type Value, valueOf } from "./values.ts";

/** The value of an expression for one object. */
export type Evaluate = (object: Reference) => Eventually<Value>;

export interface Compiling {
  readonly reader: ObjectReader;
  /** The query, for errors. */
  readonly text: string;
  /** Whether some class that is asked has a field of this name. */
  readonly hasField: (name: string) => boolean;
}

/** @throws HEAP_QUERY_MALFORMED where a function or a field is unknown */
export function compile(expression: Expression, compiling: Compiling): Evaluate {
  switch (expression.kind) {
    case "literal": {
      const { value } = expression;
      return () => value;
    }
    case "object":
      return (object) => object;
    case "field":
      return compileField(expression, compiling);
    case "element": {
      const of = compile(expression.of, compiling);
      const index = compile(expression.index, compiling);
      return (object) => andThen(of(object), (array) => andThen(index(object), (at) => elementOf(compiling.reader, array, at)));
    }
    case "call":
      return compileCall(expression, compiling);
    case "not": {
      const of = compile(expression.of, compiling);
      return (object) => andThen(of(object), (value) => !isTrue(value));
    }
    case "minus": {
      const of = compile(expression.of, compiling);
      return (object) => andThen(of(object), (value) => (typeof value === "number" ? -value : null));
    }
    case "binary":
      return compileBinary(expression, compiling);
  }
}

export function isTrue(value: Value): boolean {
  return value !== null && value !== false && value !== 0 && value !== "";
}

function compileField({ of, name, at }: Extract<Expression, { kind: "field" }>, compiling: Compiling): Evaluate {
  // Only of the object itself is it known what classes it can be of.
  if (of.kind === "object" && !compiling.hasField(name)) throw malformed(compiling.text, at, `none of these classes has a field ${name}`);
  const owner = compile(of, compiling);
  const { reader } = compiling;
  return (object) => andThen(owner(object), (value) => (value instanceof Reference ? fieldOf(reader, value, name) : null));
}

async function fieldOf(reader: ObjectReader, { object }: Reference, name: string): Promise<Value> {
  const field = (await reader.fields(object)).get(name);
  return field ? valueOf(reader, field.type, field.value) : null;
}

async function elementOf(reader: ObjectReader, array: Value, at: Value): Promise<Value> {
  if (!(array instanceof Reference) || typeof at !== "number" || !Number.isInteger(at) || at < 0) return null;
  const record = await reader.read(array.object, { from: at, count: 1 });
  if (record?.kind !== "objects" && record?.kind !== "primitives") return null;
  const element = record.elements[0];
  if (element === undefined) return null;
  return valueOf(reader, record.kind === "objects" ? 2 : record.type, element);
}

function compileCall({ name, arguments: given, at }: Extract<Expression, { kind: "call" }>, compiling: Compiling): Evaluate {
  const { reader, text } = compiling;
  if (isAggregate(name))
    throw malformed(text, at, `${name}() sums up all objects: it stands in a column of its own, not inside of something`);
  const call = Object.hasOwn(OBJECT_FUNCTIONS, name) ? OBJECT_FUNCTIONS[name] : undefined;
  if (!call)
    throw malformed(text, at, `there is no function ${name}; there are ${[...Object.keys(OBJECT_FUNCTIONS), ...AGGREGATES].join(", ")}`);
  if (given.length !== 1) throw malformed(text, at, `${name}() is asked of one object, not of ${given.length}`);
  const argument = compile(given[0]!, compiling);
  return (object) => andThen(argument(object), (value) => (value instanceof Reference ? call(reader, value.object) : null));
}

function compileBinary({ operator, left, right }: Extract<Expression, { kind: "binary" }>, compiling: Compiling): Evaluate {
  const [first, second] = [compile(left, compiling), compile(right, compiling)];
  // The second side may cost a look into the file.
  if (operator === "and") return (object) => andThen(first(object), (value) => (isTrue(value) ? andThen(second(object), isTrue) : false));
  if (operator === "or") return (object) => andThen(first(object), (value) => (isTrue(value) ? true : andThen(second(object), isTrue)));
  const { reader } = compiling;
  return (object) =>
    andThen(
      andThen(first(object), (value) => comparable(reader, value)),
      (a) =>
        andThen(
          andThen(second(object), (value) => comparable(reader, value)),
          (b) => combine(operator, a, b),
        ),
    );
}

function combine(operator: Exclude<Operator, "and" | "or">, a: Value, b: Value): Value {
  switch (operator) {
    case "=":
      return isSame(a, b);
    case "!=":
      return !isSame(a, b);
    case "like":
      return typeof a === "string" && typeof b === "string" && isLike(a, b, "%");
    case "+":
    case "-":
    case "*":
    case "/":
      return typeof a === "number" && typeof b === "number" ? arithmetic(operator, a, b) : null;
    case "<":
    case "<=":
    case ">":
    case ">=":
      return isOrdered(operator, a, b);
  }
}

function isSame(a: Value, b: Value): boolean {
  if (a instanceof Reference && b instanceof Reference) return a.object === b.object;
  return a === b;
}

/** What cannot be compared is not less and not more: null, and a number with a text. */
function isOrdered(operator: "<" | "<=" | ">" | ">=", a: Value, b: Value): boolean {
  if (typeof a !== typeof b || (typeof a !== "number" && typeof a !== "string")) return false;
  const [x, y] = [a, b as typeof a];
  if (operator === "<") return x < y;
  if (operator === "<=") return x <= y;
  return operator === ">" ? x > y : x >= y;
}

function arithmetic(operator: "+" | "-" | "*" | "/", a: number, b: number): number {
  if (operator === "+") return a + b;
  if (operator === "-") return a - b;
  return operator === "*" ? a * b : a / b;
}

/** Whether a text is as a pattern says, in which `wild` stands for any characters. Each part is looked for once: no pattern takes for ever. */
export function isLike(text: string, pattern: string, wild: string): boolean {
  const [start = "", ...parts] = pattern.split(wild);
  const end = parts.pop();
  if (end === undefined) return text === start;
  if (!text.startsWith(start)) return false;
  let at = start.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - end.length >= at && text.endsWith(end);
}

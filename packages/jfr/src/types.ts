import { HeaptideError } from "@heaptide/base";
import type { FieldDeclaration, TypeDeclaration } from "./metadata.ts";

/** How one value lies in the bytes. Numbers, not names: a decoder switches on them for every field of every event. */
export const LAYOUT = { long: 0, int: 1, short: 2, char: 3, byte: 4, float: 5, double: 6, string: 7, struct: 8, array: 9 } as const;
export type Layout = (typeof LAYOUT)[keyof typeof LAYOUT];

const PRIMITIVES: ReadonlyMap<string, Layout> = new Map([
  ["boolean", LAYOUT.byte],
  ["byte", LAYOUT.byte],
  ["char", LAYOUT.char],
  ["short", LAYOUT.short],
  ["int", LAYOUT.int],
  ["long", LAYOUT.long],
  ["float", LAYOUT.float],
  ["double", LAYOUT.double],
  ["java.lang.String", LAYOUT.string],
]);

/** Structs inside of structs; real recordings need two levels. */
const DEEPEST_STRUCT = 16;

export interface Field {
  readonly name: string;
  /** The type of the value, or of what its key leads to. */
  readonly type: Type;
  /** Of the value as it lies there: a key is a long. Of an array, see `elementLayout`. */
  readonly layout: Layout;
  /** Of the elements, which are never arrays; the same as `layout` where this is no array. */
  readonly elementLayout: Layout;
  readonly pooled: boolean;
}

/**
 * A type of one chunk.
 *
 * Every value takes a byte or more, since a type without fields is refused and none holds itself inline: whoever decodes ends with the bytes.
 */
export interface Type {
  readonly id: number;
  readonly name: string;
  readonly event: boolean;
  readonly layout: Layout;
  readonly fields: readonly Field[];
  /** Of the fields, by name. */
  readonly ordinals: ReadonlyMap<string, number>;
  /** Levels of structs beneath and including this one; 0 for a primitive. */
  readonly height: number;
}

/** Every type of a chunk, compiled when first asked for: of some 150, a view needs ten. */
export class TypeTable {
  readonly #declared = new Map<number, TypeDeclaration>();
  readonly #byName = new Map<string, TypeDeclaration>();
  readonly #compiled = new Map<number, Type>();
  readonly #what: string;
  readonly #offset: number;

  constructor(declarations: readonly TypeDeclaration[], what: string, offset: number) {
    for (const declaration of declarations) {
      this.#declared.set(declaration.id, declaration);
      this.#byName.set(declaration.name, declaration);
    }
    this.#what = what;
    this.#offset = offset;
  }

  get events(): TypeDeclaration[] {
    return [...this.#declared.values()].filter((declaration) => declaration.event);
  }

  idOf(name: string): number | undefined {
    return this.#byName.get(name)?.id;
  }

  declaration(id: number): TypeDeclaration | undefined {
    return this.#declared.get(id);
  }

  /** @throws HeaptideError `MALFORMED_INPUT` where the type is unknown, empty, or contains itself */
  type(id: number): Type {
    return this.#compile(id, 0);
  }

  #compile(id: number, depth: number): Type {
    const known = this.#compiled.get(id);
    if (known) return known;
    const declared = this.#declared.get(id);
    if (!declared) throw this.#malformed(`type ${id} is used but not declared`);
    if (depth > DEEPEST_STRUCT) throw this.#tooDeep(declared);
    const layout = PRIMITIVES.get(declared.name) ?? LAYOUT.struct;
    if (layout === LAYOUT.struct && declared.fields.length === 0) throw this.#malformed(`type ${declared.name} has no fields`);
    const fields = layout === LAYOUT.struct ? declared.fields.map((field) => this.#field(field, depth)) : [];
    const height = layout === LAYOUT.struct ? 1 + Math.max(...fields.map((field) => field.type.height)) : 0;
    // Asked again after the fields are compiled: they may have been known before, and deep already.
    if (height > DEEPEST_STRUCT) throw this.#tooDeep(declared);
    const ordinals = new Map(fields.map((field, ordinal) => [field.name, ordinal]));
    const type: Type = { id, name: declared.name, event: declared.event, layout, fields, ordinals, height };
    this.#compiled.set(id, type);
    return type;
  }

  #field({ name, type, pooled, array }: FieldDeclaration, depth: number): Field {
    // A key may lead back to the type that holds it (a class has a loader, which has a class): what it leads to is looked up by id alone.
    const target = pooled ? this.#poolType(type) : this.#compile(type, depth + 1);
    const elementLayout = pooled ? LAYOUT.long : target.layout;
    return { name, type: target, layout: array ? LAYOUT.array : elementLayout, elementLayout, pooled };
  }

  #poolType(id: number): Type {
    return { id, name: this.#declared.get(id)?.name ?? "", event: false, layout: LAYOUT.long, fields: [], ordinals: new Map(), height: 0 };
  }

  #tooDeep({ name }: TypeDeclaration): HeaptideError<"MALFORMED_INPUT"> {
    return this.#malformed(`type ${name} contains itself, or is nested more than ${DEEPEST_STRUCT} deep`);
  }

  #malformed(problem: string): HeaptideError<"MALFORMED_INPUT"> {
    return new HeaptideError("MALFORMED_INPUT", { what: this.#what, offset: this.#offset, problem });
  }
}

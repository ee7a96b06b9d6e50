/** The fields of a schema as a person meets them in a file, and a file around each of them. */
import { schemaFields } from '../../../server/src/core/yaml/fields.ts';
import { alternatives, childSchema, expand, type JsonSchema } from '../../../server/src/core/yaml/schema.ts';

export interface Field {
  /** As it is written: `ports[].range`, `env.*.secret.name`. */
  readonly path: string;
  readonly steps: readonly string[];
  readonly schema: JsonSchema;
}

/**
 * The fields of a schema without the entries of lists and free maps that are maps themselves. What takes everything is left out: nothing could be wrong there.
 */
export function fieldsOf(root: JsonSchema): readonly Field[] {
  return schemaFields(root).flatMap(({ path, steps, schema }) => {
    const branches = alternatives(root, schema);
    const entry = steps.at(-1) === '[]' || steps.at(-1) === '*';
    const scalar = branches.every((branch) => branch.type !== 'object' && branch.type !== 'array');
    const anything = branches.some((branch) => branch.type === undefined && !branch.enum);
    return anything || (entry && !scalar) ? [] : [{ path, steps, schema: expand(root, schema) }];
  });
}

/** A file in flow style that has this value at the place, and around it what is required and no more. */
export function fileWith(root: JsonSchema, steps: readonly string[], value: string, key?: string): string {
  const around = (schema: JsonSchema, rest: readonly string[]): string => {
    const [step, ...deeper] = rest;
    if (step === undefined) return value;
    const branches = alternatives(root, schema);
    const own = branches.find((branch) => child(branch, step) !== undefined && !(step === '[]' && branch.type === 'object')) ?? {};
    const inside = child(own, step) ?? {};
    if (step === '[]') return `[${around(inside, deeper)}]`;
    const name = step === '*' ? freeKey(own) : step;
    const last = deeper.length === 0 && key !== undefined;
    const others = Object.entries(needed(root, own, name, value)).map(([other, text]) => `${other}: ${text}`);
    return `{ ${[`${last ? key : JSON.stringify(name)}: ${around(inside, deeper)}`, ...others].join(', ')} }`;
  };
  return around(root, steps);
}

function child(schema: JsonSchema, step: string): JsonSchema | undefined {
  if (step === '[]') return schema.items;
  if (step === '*') return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  return schema.properties?.[step];
}

/** A key that a free map takes. */
function freeKey(schema: JsonSchema): string {
  return schema.propertyNames?.pattern?.includes('rhel') ? 'rhel' : 'example';
}

/** The members that a map needs beside one of them, with examples as values. */
function needed(root: JsonSchema, own: JsonSchema, name: string, value: string): Record<string, string> {
  const example = (key: string) => JSON.stringify(exampleOf(root, childSchema(own, key) ?? {}));
  const open = own['x-openKey'];
  const required = (own.required ?? []).filter((key) => key !== name && key !== open);
  const texts = Object.fromEntries(required.map((key) => [key, example(key)]));
  const group = own['x-exactlyOne'];
  const one = group && !group.includes(name) ? group[0] : undefined;
  if (one) texts[one] = example(one);
  return { ...texts, ...(open ? platform(root, own, open, name, value) : conditional(own, name, texts, example)) };
}

/** What is needed when another member has a certain value. */
function conditional(own: JsonSchema, name: string, texts: Readonly<Record<string, string>>, example: (key: string) => string) {
  const holding = (own.allOf ?? []).filter(({ if: condition }) =>
    Object.entries(condition?.properties ?? {}).every(([key, { const: value }]) => key === name || texts[key] === JSON.stringify(value)),
  );
  const keys = holding.flatMap(({ then }) => then?.required ?? []).filter((key) => key !== name);
  return Object.fromEntries(keys.map((key) => [key, example(key)]));
}

/** The section of a platform stands beside its kind. */
function platform(root: JsonSchema, own: JsonSchema, open: string, name: string, value: string): Record<string, string> {
  const kinds = expand(root, own.properties?.[open] ?? {}).examples ?? [];
  const said = value.replaceAll('"', '');
  const kind = name === open && kinds.includes(said) ? said : kinds.includes(name) ? name : String(kinds[0]);
  return { ...(name === open ? {} : { [open]: JSON.stringify(kind) }), ...(kind === name ? {} : { [kind]: '{}' }) };
}

/** A value that the schema takes: its default, its example, its first word, or the least that it asks for. */
export function exampleOf(root: JsonSchema, schema: JsonSchema): unknown {
  const own = expand(root, schema);
  const first = alternatives(root, schema)[0] ?? {};
  for (const one of [own, first]) {
    if (one.examples?.[0] !== undefined) return one.examples[0];
    if (one.default !== undefined) return one.default;
    if (one.enum?.[0] !== undefined) return one.enum[0];
  }
  const type = typeof first.type === 'string' ? first.type : first.type?.[0];
  if (type === 'object')
    return Object.fromEntries((first.required ?? []).map((key) => [key, exampleOf(root, childSchema(first, key) ?? {})]));
  if (type === 'array') return [];
  return type === 'boolean' ? true : type === 'integer' || type === 'number' ? 1 : 'example';
}

import { suggest } from '../text/suggest.ts';
import type { YamlNode, YamlPath } from './tree.ts';

/**
 * The part of JSON Schema draft-07 that `schemas/*.json` use, with a few words of our own (`x-…`), which other
 * validators pass over: names that come from other files, lists keyed by a member, and partial objects.
 */
export interface JsonSchema {
  readonly title?: string;
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  /** What each word of `enum` means, in Markdown. */
  readonly markdownEnumDescriptions?: readonly string[];
  readonly const?: unknown;
  readonly pattern?: string;
  /** Said instead of the pattern. */
  readonly patternErrorMessage?: string;
  /** Said when no alternative fits. */
  readonly errorMessage?: string;
  readonly deprecationMessage?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly if?: JsonSchema;
  readonly then?: JsonSchema;
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  /** The items' member that may not repeat. */
  readonly 'x-unique'?: string;
  /** The kind of name that stands here: completed from, and defined in, other files. */
  readonly 'x-values'?: string;
  /** The same for the keys of a map. */
  readonly 'x-keys'?: string;
  /** Likely words from other files; nothing needs to define them. */
  readonly 'x-suggest'?: string;
  readonly 'x-suggestKeys'?: string;
  /** Most files have it: offered before the others. */
  readonly 'x-common'?: boolean;
  /** What a text is checked as, beyond its pattern: a key of `formats.ts`. */
  readonly 'x-format'?: string;
  /** Overrides: what is required elsewhere may be left out, and `null` removes. */
  readonly 'x-partial'?: boolean;
  /** What stands here may be a secret by mistake: it is not repeated in messages. */
  readonly 'x-secret'?: boolean;
  readonly 'x-exactlyOne'?: readonly string[];
  /** Groups of members of which only one may be used. */
  readonly 'x-oneGroup'?: readonly (readonly string[])[];
  /** The member whose value names one more key: the section of a platform that another extension brings. */
  readonly 'x-openKey'?: string;
}

/** A schema with its references followed and its `allOf` parts laid together; the outermost words win. */
export function expand(root: JsonSchema, schema: JsonSchema): JsonSchema {
  if (!schema.$ref && !schema.allOf) return schema;
  const parts: JsonSchema[] = [];
  if (schema.$ref) {
    const target = root.definitions?.[schema.$ref.slice('#/definitions/'.length)];
    if (target) parts.push(expand(root, target));
  }
  for (const part of schema.allOf ?? []) if (!part.if) parts.push(expand(root, part));
  if (parts.length === 0) return schema;
  const conditions = schema.allOf?.filter((part) => part.if) ?? [];
  const { $ref: _ref, allOf: _all, ...own } = schema;
  const merged: JsonSchema = Object.assign({}, ...parts, own);
  return conditions.length > 0 ? { ...merged, allOf: conditions } : merged;
}

/** The alternatives of a schema, expanded and flattened; the schema itself when it has none. */
export function alternatives(root: JsonSchema, schema: JsonSchema): readonly JsonSchema[] {
  const expanded = expand(root, schema);
  const branches = expanded.oneOf ?? expanded.anyOf;
  return branches ? branches.flatMap((branch) => alternatives(root, branch)) : [expanded];
}

/** The kinds that JSON Schema's `type` gives a value; a whole number is both. */
export function kindsOf(node: YamlNode): readonly string[] {
  if (node.kind === 'map') return ['object'];
  if (node.kind === 'list') return ['array'];
  if (node.value === null) return ['null'];
  if (typeof node.value === 'number') return Number.isInteger(node.value) ? ['integer', 'number'] : ['number'];
  return [typeof node.value];
}

/** True when the schema takes values of this kind. */
export function takesKind(schema: JsonSchema, node: YamlNode): boolean {
  if (schema.type === undefined) return true;
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  return kindsOf(node).some((kind) => types.includes(kind));
}

/**
 * The alternative that a value was meant to be: of its kind, and for maps the one that knows most of its keys.
 * Undefined when there are several alternatives and none takes the kind.
 */
export function meant(root: JsonSchema, schema: JsonSchema, node: YamlNode | undefined): JsonSchema | undefined {
  const branches = alternatives(root, schema);
  if (branches.length <= 1 || !node) return branches[0];
  const fitting = branches.filter((branch) => takesKind(branch, node) && fitsEnum(branch, node));
  if (node.kind !== 'map') {
    const exact = fitting.find((branch) => branch.enum) ?? fitting.find((branch) => fitsPattern(branch, node));
    return exact ?? fitting[0] ?? branches.find((branch) => takesKind(branch, node));
  }
  const score = (branch: JsonSchema) => {
    const known = node.entries.filter((entry) => branch.properties?.[entry.key]).length;
    return known + (branch.required ?? []).filter((key) => node.entries.some((entry) => entry.key === key)).length;
  };
  const best = fitting.reduce<JsonSchema | undefined>((top, branch) => (top && score(top) >= score(branch) ? top : branch), undefined);
  if (!best || score(best) > 0) return best;
  // None of the keys is known: a slip of one of them tells as well.
  const nearly = (branch: JsonSchema) =>
    node.entries.some((entry) => suggest(entry.key, Object.keys(branch.properties ?? {})) !== undefined);
  return fitting.find(nearly) ?? best;
}

function fitsPattern(schema: JsonSchema, node: YamlNode): boolean {
  if (!schema.pattern || node.kind !== 'scalar' || typeof node.value !== 'string') return true;
  return new RegExp(schema.pattern, 'u').test(node.value);
}

function fitsEnum(schema: JsonSchema, node: YamlNode): boolean {
  return !schema.enum || node.kind !== 'scalar' || schema.enum.includes(node.value);
}

/** The schema of a member or an item, unexpanded; undefined when there is none or when it is `false`. */
export function childSchema(schema: JsonSchema, step: string | number): JsonSchema | undefined {
  if (typeof step === 'number') return schema.items;
  const own = schema.properties?.[step];
  if (own) return own;
  for (const [pattern, child] of Object.entries(schema.patternProperties ?? {})) if (new RegExp(pattern, 'u').test(step)) return child;
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

/**
 * The schema at a path, alternatives chosen by the tree as far as it goes. `partial`: below an `x-partial` one.
 * `written`: as it stands in the file, its references not followed.
 */
export function schemaAt(
  root: JsonSchema,
  path: YamlPath,
  tree?: YamlNode,
): { readonly schema: JsonSchema; readonly partial: boolean; readonly written: JsonSchema } | undefined {
  let written: JsonSchema | undefined = root;
  let node = tree;
  let partial = false;
  for (const step of path) {
    const branches: readonly JsonSchema[] = node ? [meant(root, written, node) ?? written] : alternatives(root, written);
    written = branches.map((branch) => childSchema(branch, step)).find((child) => child !== undefined);
    if (!written) return undefined;
    partial ||= alternatives(root, written).some((branch) => branch['x-partial']);
    node = memberOf(node, step);
  }
  return { schema: expand(root, written), partial, written };
}

function memberOf(node: YamlNode | undefined, step: string | number): YamlNode | undefined {
  if (node?.kind === 'list') return typeof step === 'number' ? node.items[step] : undefined;
  return node?.kind === 'map' ? node.entries.findLast((entry) => entry.key === step)?.value : undefined;
}

/** The default that the schema gives for a path. */
export function defaultAt(root: JsonSchema, ...path: string[]): unknown {
  return schemaAt(root, path)?.schema.default;
}

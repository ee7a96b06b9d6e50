import type { Position } from '../../protocol.ts';
import type { ManifestContext } from '../rules/manifestContext.ts';
import type { LineIndex } from '../text/lineIndex.ts';
import { findSlot, type Slot } from '../yaml/cursor.ts';
import { parseYaml } from '../yaml/parse.ts';
import { alternatives, expand, type JsonSchema, schemaAt } from '../yaml/schema.ts';
import { schemaOf } from '../yaml/schemas.ts';
import { textAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import { type TypedWord, typedWord } from '../yaml/typedWord.ts';
import type { Completion } from './answers.ts';
import { completeVariable } from './completeVariable.ts';
import { keySnippet } from './keySnippet.ts';
import { manifestContext } from './manifestContext.ts';
import { namesOf } from './names.ts';
import type { Workspace } from './workspace.ts';

const placeholder = 'waybillCursor';

interface Site {
  readonly context: ManifestContext;
  readonly index: LineIndex;
  readonly schema: JsonSchema;
  readonly tree: YamlNode;
  readonly slot: Slot;
  readonly word: TypedWord;
  readonly flow: boolean;
}

/** What may stand at a position of a YAML file, best first: keys, values, and names from other files. */
export function completeManifest(workspace: Workspace, uri: string, position: Position): readonly Completion[] {
  const context = manifestContext(workspace, uri);
  if (!context) return [];
  const { text, index } = context.yaml;
  const offset = index.offsetAt(position);
  const word = typedWord(text, offset);
  if (!word) return [];
  const variables = completeVariable(context, index, text, offset);
  if (variables) return variables;
  const changed = `${text.slice(0, word.start)}${word.space ? ' ' : ''}${placeholder}${text.slice(word.end)}`;
  const tree = parseYaml(changed).root;
  const slot = findSlot(tree, placeholder);
  if (!tree || !slot) return [];
  const site = { context, index, schema: schemaOf(context.kind), tree, slot, word, flow: isFlow(tree, slot) };
  const found = slot.as === 'key' ? keys(site, slot.map) : [...values(site), ...keys(site, undefined)];
  return found.map((item, i) => ({ ...item, sortText: String(i).padStart(4, '0') }));
}

type Unsorted = Omit<Completion, 'sortText'>;

function isFlow(tree: YamlNode, slot: Slot): boolean {
  const holder = slot.map ?? valueAt(tree, ...slot.path.slice(0, -1));
  return holder !== undefined && holder.kind !== 'scalar' && holder.flow;
}

/** Keys of the map that the word is in; for a value that could be a map, the keys that would begin it. */
function keys(site: Site, map: YamlNode | undefined): readonly Unsorted[] {
  const { schema: root, tree, slot } = site;
  const at = schemaAt(root, slot.path, tree);
  if (!at) return [];
  const present = new Set(map?.kind === 'map' ? map.entries.map((entry) => entry.key) : []);
  present.delete(placeholder);
  const branches = alternatives(root, at.schema).filter((branch) => branch.properties || branch['x-keys']);
  // The placeholder must not choose the alternative; the keys that are there already may.
  const fitting = branches.filter((branch) =>
    [...present].every((key) => branch.properties?.[key] || branch.additionalProperties !== false),
  );
  const offered = new Map<string, Unsorted>();
  for (const item of (fitting.length > 0 ? fitting : branches).flatMap((branch) => branchKeys(site, branch, at.partial))) {
    if (!present.has(item.label) && !offered.has(item.label)) offered.set(item.label, item);
  }
  return [...offered.values()].sort((a, b) => rank(a) - rank(b));
}

function branchKeys(site: Site, branch: JsonSchema, partial: boolean): readonly Unsorted[] {
  const { schema: root, context, tree } = site;
  const known = Object.entries(branch.properties ?? {}).map(([key, child]) => {
    const expanded = expand(root, child);
    return keyItem(site, key, expanded, branch.required?.includes(key) && !partial ? 'required' : detailOf(expanded));
  });
  const named = (branch['x-keys'] ? namesOf(branch['x-keys'], context, tree) : []).map((name) => ({
    ...keyItem(site, name.name, mapValue(root, branch), name.detail),
    documentation: name.documentation ?? '',
  }));
  return [...known, ...named];
}

function rank(item: Unsorted): number {
  if (item.deprecated) return 2;
  return item.detail === 'required' ? 0 : 1;
}

function mapValue(root: JsonSchema, branch: JsonSchema): JsonSchema {
  return typeof branch.additionalProperties === 'object' ? expand(root, branch.additionalProperties) : {};
}

function detailOf(schema: JsonSchema): string | undefined {
  if (schema.enum) return schema.enum.map(String).join(' | ');
  return schema.default === undefined ? undefined : `default: ${JSON.stringify(schema.default)}`;
}

function keyItem(site: Site, key: string, schema: JsonSchema, detail: string | undefined): Unsorted {
  const { word, index, schema: root, flow, slot } = site;
  const range = index.range(word.start, word.end);
  const nested = slot.as === 'value' && word.space;
  const shape = word.keyed || nested ? undefined : keySnippet(root, key, schema, { flow, extra: extraIndent(word.before) });
  const text = word.keyed ? key : nested ? `\n  ${key}: ` : (shape?.text ?? `${key}: `);
  return {
    label: key,
    kind: 'key',
    edit: { range, text },
    ...(detail === undefined ? {} : { detail }),
    ...(schema.markdownDescription ? { documentation: schema.markdownDescription } : {}),
    ...(shape ? { snippet: true, again: shape.again } : {}),
    ...(schema.deprecationMessage ? { deprecated: true } : {}),
  };
}

/** Columns between the line's indentation and the word: what `- ` takes. */
function extraIndent(before: string): number {
  return before.length - (/^\s*/.exec(before)?.[0].length ?? 0);
}

/** Values of the key or list that the word is in. */
function values(site: Site): readonly Unsorted[] {
  const { schema: root, tree, slot } = site;
  const at = schemaAt(root, slot.path, tree);
  if (!at) return [];
  const branches = alternatives(root, at.schema);
  const kinds = new Set([at.schema, ...branches].flatMap((branch) => branch['x-values'] ?? []));
  const items = [...[...kinds].flatMap((kind) => nameItems(site, kind)), ...branches.flatMap((branch) => plainValues(site, branch))];
  const taken = takenItems(tree, slot);
  const offered = new Map<string, Unsorted>();
  for (const item of items) if (!taken.has(item.label) && !offered.has(item.label)) offered.set(item.label, item);
  return [...offered.values()];
}

function nameItems(site: Site, kind: string): readonly Unsorted[] {
  // An environment is not its own source.
  const own = kind === 'ownEnvironments' ? textAt(site.tree, ...site.slot.path.slice(0, 2), 'name') : undefined;
  const names = namesOf(kind, site.context, site.tree).filter((name) => name.name !== own);
  return names.map((name) => ({
    ...valueItem(site, scalarText(name.name, ['string']), 'reference'),
    label: name.name,
    ...(name.detail ? { detail: name.detail } : {}),
    ...(name.documentation ? { documentation: name.documentation } : {}),
    ...(name.deprecated ? { deprecated: true } : {}),
  }));
}

/** In a list, what the other entries are is not offered again. */
function takenItems(tree: YamlNode, slot: Slot): ReadonlySet<string> {
  const list = typeof slot.path.at(-1) === 'number' ? valueAt(tree, ...slot.path.slice(0, -1)) : undefined;
  if (list?.kind !== 'list') return new Set();
  return new Set(list.items.flatMap((item) => (item.kind === 'scalar' && item.value !== placeholder ? [String(item.value)] : [])));
}

function plainValues(site: Site, branch: JsonSchema): readonly Unsorted[] {
  if (branch.enum) return branch.enum.map((word) => valueItem(site, String(word), 'enum'));
  const types = typeof branch.type === 'string' ? [branch.type] : (branch.type ?? []);
  if (types.includes('boolean') && types.length === 1) return ['true', 'false'].map((word) => valueItem(site, word, 'enum'));
  const fallback =
    branch.default === undefined || typeof branch.default === 'object'
      ? []
      : [{ ...valueItem(site, scalarText(branch.default, types), 'value'), detail: 'default' }];
  const examples = (branch.examples ?? []).filter((example) => typeof example !== 'object');
  return [...fallback, ...examples.map((example) => ({ ...valueItem(site, scalarText(example, types), 'value'), detail: 'example' }))];
}

/** Text as YAML needs it where a text is wanted: `"21"`, not `21`. */
function scalarText(value: unknown, types: readonly string[]): string {
  const text = String(value);
  const reread = types.includes('string') && types.length === 1 && /^(?:[\d.]+|true|false|null)$/.test(text);
  return reread || /^[{["'*&!|>%@`#]|: | #/.test(text) ? JSON.stringify(text) : text;
}

function valueItem({ index, word }: Site, text: string, kind: Completion['kind']): Unsorted {
  return { label: text, kind, edit: { range: index.range(word.start, word.end), text: word.space ? ` ${text}` : text } };
}

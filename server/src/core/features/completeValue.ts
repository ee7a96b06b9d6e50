import type { Name } from '../rules/manifestNames.ts';
import { alternatives, type JsonSchema, schemaAt } from '../yaml/schema.ts';
import { itemsAt, textAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import type { Completion } from './answers.ts';
import { placeholder, type Site, type Unsorted } from './completionSite.ts';
import { namesOf } from './names.ts';
import { suggestionsOf } from './suggestions.ts';

/** Values of the key or list that the word is in: names, words of the schema, the default, examples. */
export function completeValues(site: Site): readonly Unsorted[] {
  const { schema: root, tree, slot } = site;
  const at = schemaAt(root, slot.path, tree);
  if (!at) return [];
  const branches = alternatives(root, at.schema);
  const all = [at.schema, ...branches];
  const kinds = new Set(all.flatMap((branch) => branch['x-values'] ?? []));
  const suggested = new Set(all.flatMap((branch) => branch['x-suggest'] ?? []));
  const numeric = branches.some(({ type }) => type === 'integer' || (Array.isArray(type) && type.includes('integer')));
  const names = [
    ...mergedNames(site),
    ...[...kinds].flatMap((kind) => nameItems(site, kind)),
    ...(kinds.has('ports') && numeric ? portNumbers(site) : []),
    ...[...suggested].flatMap((kind) =>
      suggestionsOf(kind, site.context, tree, slot.path).map((name) => nameItem(site, name, numeric ? [] : ['string'])),
    ),
  ];
  // Where real names are known, made-up ones would mislead.
  const plain = branches.flatMap((branch) => plainValues(site, branch, at.schema.default));
  const items = [...names, ...(names.length > 0 ? plain.filter(({ detail }) => detail !== 'example') : plain)];
  const taken = takenItems(tree, slot.path);
  const offered = new Map<string, Unsorted>();
  for (const item of items) if (!taken.has(item.label) && !offered.has(item.label)) offered.set(item.label, item);
  return [...offered.values()];
}

function nameItems(site: Site, kind: string): readonly Unsorted[] {
  // An environment is not its own source, nor a component its own condition.
  const own = kind === 'ownEnvironments' || kind === 'components' ? textAt(site.tree, ...site.slot.path.slice(0, 2), 'name') : undefined;
  return namesOf(kind, site.context, site.tree)
    .filter((name) => name.name !== own || site.slot.path.at(-1) === 'name')
    .map((name) => nameItem(site, name, ['string']));
}

function nameItem(site: Site, name: Name, types: readonly string[]): Unsorted {
  return {
    ...valueItem(site, scalarText(name.name, types), 'reference'),
    label: name.name,
    ...(name.detail ? { detail: name.detail } : {}),
    ...(name.documentation ? { documentation: name.documentation } : {}),
    ...(name.deprecated ? { deprecated: true } : {}),
  };
}

/** A port may be meant by its number as well. */
function portNumbers(site: Site): readonly Unsorted[] {
  return itemsAt(site.tree, 'ports').flatMap((item) => {
    const port = textAt(item, 'port');
    return port && /^\d+$/.test(port) ? [{ ...valueItem(site, port, 'value'), detail: textAt(item, 'name') ?? 'port' }] : [];
  });
}

/** In an override, the names of the entries that it can change. */
function mergedNames(site: Site): readonly Unsorted[] {
  const { path } = site.slot;
  const key = path.at(-1);
  if (
    site.context.kind !== 'service' ||
    path[0] !== 'environments' ||
    typeof path.at(-2) !== 'number' ||
    (key !== 'name' && key !== 'target')
  )
    return [];
  const list = path.slice(2, -2);
  const others = new Set(itemsAt(site.tree, ...path.slice(0, -2)).flatMap((item) => textAt(item, key) ?? []));
  return itemsAt(site.tree, ...list).flatMap((item) => {
    const name = textAt(item, key);
    return name && !others.has(name) ? [nameItem(site, { name, detail: 'changes the entry above' }, ['string'])] : [];
  });
}

/** In a list, what the other entries are is not offered again; nor the names that entries beside have. */
function takenItems(tree: YamlNode, path: readonly (string | number)[]): ReadonlySet<string> {
  const list = typeof path.at(-1) === 'number' ? valueAt(tree, ...path.slice(0, -1)) : undefined;
  if (list?.kind !== 'list') return new Set();
  return new Set(list.items.flatMap((item) => (item.kind === 'scalar' && item.value !== placeholder ? [String(item.value)] : [])));
}

function plainValues(site: Site, branch: JsonSchema, outer: unknown): readonly Unsorted[] {
  const standard = branch.default ?? outer;
  if (branch.enum) {
    return branch.enum.map((word, i) => {
      const documentation = branch.markdownEnumDescriptions?.[i];
      const item = valueItem(site, String(word), 'enum');
      return { ...item, ...(word === standard ? { detail: 'default' } : {}), ...(documentation ? { documentation } : {}) };
    });
  }
  const types = typeof branch.type === 'string' ? [branch.type] : (branch.type ?? []);
  if (types.includes('boolean') && types.length === 1) {
    return [true, false].map((word) => ({
      ...valueItem(site, String(word), 'enum'),
      ...(word === standard ? { detail: 'default' } : {}),
    }));
  }
  const fallback =
    standard === undefined || standard === null || typeof standard === 'object'
      ? []
      : [{ ...valueItem(site, scalarText(standard, types), 'value'), detail: 'default' }];
  const examples = (branch.examples ?? []).filter((example) => typeof example !== 'object');
  return [...fallback, ...examples.map((example) => ({ ...valueItem(site, scalarText(example, types), 'value'), detail: 'example' }))];
}

/** Text as YAML needs it where a text is wanted: `"21"`, not `21`. */
function scalarText(value: unknown, types: readonly string[]): string {
  const text = String(value);
  const reread = types.includes('string') && types.length === 1 && /^(?:[\d.]+|true|false|null|~)$/.test(text);
  return reread || /^[{["'*&!|>%@`#]|: | #/.test(text) ? JSON.stringify(text) : text;
}

function valueItem({ index, word }: Site, text: string, kind: Completion['kind']): Unsorted {
  return { label: text, kind, edit: { range: index.range(word.start, word.end), text: word.space ? ` ${text}` : text } };
}

import { optional } from '../text/optional.ts';
import { alternatives, childSchema, expand, type JsonSchema, meant, schemaAt, takesKind } from '../yaml/schema.ts';
import { valueAt, type YamlNode } from '../yaml/tree.ts';
import { placeholder, type Site, type Unsorted } from './completionSite.ts';
import { fieldPage } from './fieldPage.ts';
import { keySnippet } from './keySnippet.ts';
import { namesOf } from './names.ts';
import { suggestionsOf } from './suggestions.ts';

interface Ranked {
  readonly item: Unsorted;
  readonly rank: number;
}

/** Keys of the map that the word is in; for a value that could be a map, the keys that would begin it. */
export function completeKeys(site: Site, map: YamlNode | undefined): readonly Unsorted[] {
  const { schema: root, tree, slot } = site;
  const at = schemaAt(root, slot.path, tree);
  if (!at) return [];
  const present = new Set(map?.kind === 'map' ? map.entries.map((entry) => entry.key) : []);
  present.delete(placeholder);
  const branches = alternatives(root, at.schema).filter((branch) => branch.properties || branch['x-keys'] || branch['x-suggestKeys']);
  // The placeholder must not choose the alternative; the keys that are there already may.
  const fitting = branches.filter((branch) =>
    [...present].every((key) => branch.properties?.[key] || branch.additionalProperties !== false),
  );
  const beside = keysBeside(site);
  const offered = new Map<string, Ranked>();
  for (const ranked of (fitting.length > 0 ? fitting : branches).flatMap((branch) => branchKeys(site, branch, at.partial, beside))) {
    if (!present.has(ranked.item.label) && !offered.has(ranked.item.label)) offered.set(ranked.item.label, ranked);
  }
  return [...offered.values()].sort(byRank).map(({ item }) => item);
}

/** Within a rank that is not decided by the schema's own order, by the alphabet. */
function byRank(a: Ranked, b: Ranked): number {
  return a.rank - b.rank || (a.rank % 10 < 3 ? 0 : a.item.label.localeCompare(b.item.label));
}

/** Keys that other entries of the same list or map of maps have: what they set is probably wanted here too. */
function keysBeside({ tree, slot }: Site): ReadonlySet<string> {
  const holder = valueAt(tree, ...slot.path.slice(0, -1));
  const own = slot.path.at(-1);
  const free = holder?.kind === 'map' && slot.path.at(-2) === 'environments' && slot.path.length === 2;
  const others =
    holder?.kind === 'list'
      ? holder.items.filter((_, i) => i !== own)
      : free
        ? holder.entries.filter((entry) => entry.key !== own).map((entry) => entry.value)
        : [];
  return new Set(others.flatMap((other) => (other.kind === 'map' ? other.entries.map((entry) => entry.key) : [])));
}

function branchKeys(site: Site, branch: JsonSchema, partial: boolean, beside: ReadonlySet<string>): readonly Ranked[] {
  const { schema: root, context, tree, slot } = site;
  const known = Object.entries(branch.properties ?? {}).map(([key, child]) => {
    const expanded = expand(root, child);
    const required = branch.required?.includes(key) === true && !partial;
    const item = {
      ...keyItem(site, key, expanded, required ? 'required' : detailOf(expanded)),
      ...optional('page', fieldPage(context, root, child)),
    };
    const use = required ? 0 : beside.has(key) ? 1 : expanded['x-common'] ? 2 : 3;
    return { item, rank: (fits(site, child) ? 0 : 20) + (item.deprecated ? 10 : 0) + use };
  });
  const names = [
    ...(branch['x-keys'] ? namesOf(branch['x-keys'], context, tree) : []),
    ...(branch['x-suggestKeys'] ? suggestionsOf(branch['x-suggestKeys'], context, tree, slot.path) : []),
  ];
  const named = names.map((name) => ({
    item: { ...keyItem(site, name.name, mapValue(root, branch), name.detail), documentation: name.documentation ?? '' },
    rank: name.deprecated ? 12 : 2,
  }));
  return [...known, ...named];
}

/** False when what stands behind or below the word could not be the value of the key. */
function fits({ schema: root, value }: Site, child: JsonSchema): boolean {
  if (!value || (value.kind === 'scalar' && value.value === null)) return true;
  const own = meant(root, child, value);
  if (!own || !takesKind(own, value)) return false;
  if (value.kind === 'scalar') return !own.enum || own.enum.includes(value.value);
  const first = value.kind === 'list' ? value.items[0] : value;
  const shape = value.kind === 'list' ? own.items && first && meant(root, own.items, first) : own;
  if (!first || !shape) return true;
  return takesKind(shape, first) && (first.kind !== 'map' || first.entries.every((entry) => childSchema(shape, entry.key) !== undefined));
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
  // With lines below the word, or a value behind it, the key alone is missing.
  const bare = word.keyed || nested || (site.value !== undefined && !(site.value.kind === 'scalar' && site.value.value === null));
  const shape = bare ? undefined : keySnippet(root, key, schema, { flow, extra: extraIndent(word.before) });
  const name = /^[\w./-]+$/.test(key) ? key : JSON.stringify(key);
  const text = word.keyed ? name : nested ? `\n  ${name}: ` : (shape?.text ?? (bare ? `${name}:` : `${name}: `));
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

import { type MapEntry, type MapNode, textAt, type YamlNode, type YamlPath } from '../yaml/tree.ts';

/** Lists of named things, merged by that member: path (`*` is any key) → member. */
const keyedLists: readonly { readonly path: readonly string[]; readonly key: string }[] = [
  { path: ['ports'], key: 'name' },
  { path: ['config'], key: 'target' },
  { path: ['logs', 'files'], key: 'name' },
  { path: ['canary', 'checks'], key: 'name' },
  { path: ['verify'], key: 'name' },
  { path: ['process', '*', 'programs'], key: 'name' },
];

/**
 * Lays `over` on `under`: maps deep, lists replaced (keyed lists by their key), `null` removes. The values of `env`
 * are replaced whole, as each is one of several forms. Ranges stay, so that every value knows its line.
 */
export function mergeManifest(under: YamlNode, over: YamlNode, path: YamlPath = []): YamlNode {
  if (under.kind === 'map' && over.kind === 'map' && !(path.length === 2 && path[0] === 'env')) return mergeMaps(under, over, path);
  if (under.kind === 'list' && over.kind === 'list') {
    const key = listKey(path);
    if (key) {
      const rest = [...over.items];
      const items = under.items.map((item) => {
        const name = textAt(item, key);
        const at = rest.findIndex((other) => name !== undefined && textAt(other, key) === name);
        const [match] = at < 0 ? [] : rest.splice(at, 1);
        return match ? mergeManifest(item, match, [...path, 0]) : item;
      });
      return { ...over, items: [...items, ...rest] };
    }
  }
  return over;
}

function mergeMaps(under: MapNode, over: MapNode, path: YamlPath): MapNode {
  const entries: MapEntry[] = [];
  const overs = new Map(over.entries.map((entry) => [entry.key, entry]));
  for (const entry of under.entries) {
    const other = overs.get(entry.key);
    overs.delete(entry.key);
    if (!other) entries.push(entry);
    else if (!isNull(other.value)) entries.push({ ...other, value: mergeManifest(entry.value, other.value, [...path, entry.key]) });
  }
  for (const entry of overs.values()) if (!isNull(entry.value)) entries.push(entry);
  return { ...under, entries };
}

function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function listKey(path: YamlPath): string | undefined {
  return keyedLists.find((list) => list.path.length === path.length && list.path.every((step, i) => step === '*' || step === path[i]))?.key;
}

/** Deletes each key and each word of a manifest in turn and asks what the editor would offer in its place. */
import { isDeepStrictEqual } from 'node:util';
import { completeManifest } from '../../server/src/core/features/completeManifest.ts';
import { changeWorkspace, type Workspace } from '../../server/src/core/features/workspace.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { parseYaml } from '../../server/src/core/yaml/parse.ts';
import { alternatives, childSchema, expand, type JsonSchema, meant } from '../../server/src/core/yaml/schema.ts';
import { schemaOf } from '../../server/src/core/yaml/schemas.ts';
import { type MapNode, plain, type ScalarNode, type YamlNode } from '../../server/src/core/yaml/tree.ts';
import type { Range } from '../../server/src/protocol.ts';

/** A word that was there, and where: what completion has to find again. */
export interface Place {
  readonly path: string;
  readonly text: string;
  readonly range: Range;
  readonly kind: 'key' | 'value';
}

/** Keys that a schema or another file names, and values that are one of several words. Free keys of free maps have no place. */
export function placesOf(workspace: Workspace, uri: string): readonly Place[] {
  const file = workspace.file(uri);
  const tree = workspace.yaml(uri)?.root;
  if (!file || !tree) return [];
  const kind = file.kind === 'other' ? 'standards' : file.kind;
  if (kind !== 'service' && kind !== 'standards' && kind !== 'environments') return [];
  const root = schemaOf(kind);
  const places: Place[] = [];
  const enter = (schema: JsonSchema, node: YamlNode, path: string): void => {
    const own = meant(root, schema, node);
    if (!own) return;
    if (node.kind === 'map') for (const entry of node.entries) member(schema, own, entry, path);
    else if (node.kind === 'list') items(own, node.items, path);
    else {
      const text = choice(root, schema, own, node);
      if (text !== undefined) places.push({ path, text, range: node.range, kind: 'value' });
    }
  };
  const items = (own: JsonSchema, nodes: readonly YamlNode[], path: string): void => {
    for (const [i, node] of nodes.entries()) if (own.items) enter(own.items, node, `${path}[${i}]`);
  };
  const member = (schema: JsonSchema, own: JsonSchema, entry: MapNode['entries'][number], path: string): void => {
    const inside = path === '' ? entry.key : `${path}.${entry.key}`;
    const named = own.properties?.[entry.key] !== undefined || expand(root, schema)['x-keys'] !== undefined || own['x-keys'] !== undefined;
    if (named) places.push({ path: inside, text: entry.key, range: entry.keyRange, kind: 'key' });
    const child = childSchema(own, entry.key);
    if (child) enter(child, entry.value, inside);
  };
  enter(root, tree, '');
  return places;
}

/** The word that a value is, when it is one of several: an enum, `true` or `false`, a name from another file. */
function choice(root: JsonSchema, schema: JsonSchema, own: JsonSchema, node: ScalarNode): string | undefined {
  if (node.value === null) return undefined;
  const all = [expand(root, schema), own, ...alternatives(root, schema)];
  const text = typeof node.value === 'string' ? node.value : node.source;
  const listed = all.some((one) => one.enum?.includes(node.value));
  return listed || typeof node.value === 'boolean' || all.some((one) => one['x-values'] !== undefined) ? text : undefined;
}

export type Missing = 'word' | 'restOfLine';

export interface Offer {
  /** The place of the deleted word among the offers, from 0; -1 when it is not offered. */
  readonly rank: number;
  /** Taking it makes the file mean what it meant before. */
  readonly restores: boolean;
}

/** Deletes a word, with what follows on its line or without, and asks for it. */
export function offerOf(workspace: Workspace, uri: string, place: Place, missing: Missing): Offer {
  const file = workspace.file(uri);
  const yaml = workspace.yaml(uri);
  if (!file || !yaml?.root) return { rank: -1, restores: false };
  const start = yaml.index.offsetAt(place.range.start);
  const end = yaml.index.offsetAt(place.range.end);
  const line = file.text.indexOf('\n', end);
  const rest = missing === 'word' ? end : line < 0 ? file.text.length : line;
  const text = file.text.slice(0, start) + file.text.slice(rest);
  const offers = completeManifest(changeWorkspace(workspace, [{ ...file, text }]), uri, place.range.start);
  const rank = offers.findIndex((item) => item.label === place.text);
  const edit = offers[rank]?.edit;
  const root = edit && missing === 'word' ? parseYaml(applyEdits(text, [edit]), yaml).root : undefined;
  return { rank, restores: root !== undefined && isDeepStrictEqual(plain(root), plain(yaml.root)) };
}

import type { EffectiveAnswer, Location } from '../../protocol.ts';
import { defaultRange } from '../service/defaults.ts';
import type { YamlNode } from '../yaml/tree.ts';

/** Where each key of a merged manifest is written, by its path (`resources.limits.memory`, `env.GREETING`); defaults are written nowhere. */
export function placesOf(tree: YamlNode, uri: string): NonNullable<EffectiveAnswer['places']> {
  return Object.fromEntries(placesUnder(tree, uri, ''));
}

function placesUnder(node: YamlNode, uri: string, prefix: string): readonly (readonly [string, Location])[] {
  if (node.kind !== 'map') return [];
  return node.entries.flatMap(({ key, keyRange, value }) => {
    const path = prefix + key;
    const written = keyRange !== defaultRange && value.range !== defaultRange;
    return [...(written ? [[path, { uri, range: keyRange }] as const] : []), ...placesUnder(value, uri, `${path}.`)];
  });
}

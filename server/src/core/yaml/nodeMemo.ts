import type { YamlNode } from './tree.ts';

/** Gives what was made of a node under a key, as long as the node is the same: blocks that did not change keep their nodes. */
export type NodeMemo<T> = (node: YamlNode, key: object, make: () => T) => T;

export function nodeMemo<T>(): NodeMemo<T> {
  const known = new WeakMap<YamlNode, Map<object, T>>();
  return (node, key, make) => {
    const byKey = known.get(node) ?? new Map<object, T>();
    known.set(node, byKey);
    const found = byKey.get(key) ?? make();
    byKey.set(key, found);
    return found;
  };
}

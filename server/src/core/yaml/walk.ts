import { childSchema, expand, type JsonSchema, meant } from './schema.ts';
import type { ScalarNode, YamlNode } from './tree.ts';

/** Visits every scalar of a tree with its schema, alternatives chosen; what the schema does not know is passed over. */
export function visitScalars(root: JsonSchema, tree: YamlNode, visit: (schema: JsonSchema, node: ScalarNode) => void): void {
  const enter = (schema: JsonSchema, node: YamlNode): void => {
    if (node.kind === 'scalar') {
      // The words of the whole count too: `x-values` stands beside the alternatives.
      visit({ ...meant(root, schema, node), ...expand(root, schema) }, node);
      return;
    }
    const own = meant(root, schema, node);
    if (!own) return;
    if (node.kind === 'list') {
      for (const item of node.items) if (own.items) enter(own.items, item);
      return;
    }
    for (const entry of node.entries) {
      const child = childSchema(own, entry.key);
      if (child) enter(child, entry.value);
    }
  };
  enter(root, tree);
}

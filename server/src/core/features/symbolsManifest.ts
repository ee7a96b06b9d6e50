import type { Range } from '../../protocol.ts';
import { textAt, type YamlNode } from '../yaml/tree.ts';
import type { DocumentSymbol } from './answers.ts';
import type { Workspace } from './workspace.ts';

const deepest = 4;

/** The outline of a YAML file. */
export function symbolsManifest(workspace: Workspace, uri: string): readonly DocumentSymbol[] {
  const root = workspace.yaml(uri)?.root;
  return root ? children(root, 0) : [];
}

function children(node: YamlNode, depth: number): readonly DocumentSymbol[] {
  if (depth >= deepest || node.kind === 'scalar') return [];
  if (node.kind === 'map') return node.entries.map((entry) => symbol(entry.key, entry.keyRange, entry.value, depth));
  return node.items.map((item, i) =>
    symbol(textAt(item, 'name') ?? textAt(item, 'id') ?? textAt(item) ?? `${i + 1}`, item.range, item, depth),
  );
}

function symbol(name: string, selection: Range, node: YamlNode, depth: number): DocumentSymbol {
  const detail = textAt(node);
  return {
    name: name === '' ? '""' : name,
    ...(detail === undefined || detail === name ? {} : { detail: detail.slice(0, 80) }),
    kind: node.kind === 'map' ? 'map' : node.kind === 'list' ? 'list' : 'value',
    range: { start: selection.start, end: node.range.end },
    selection:
      node.kind === 'scalar' || node.range.start !== selection.start ? selection : { start: selection.start, end: selection.start },
    children: children(node, depth + 1),
  };
}

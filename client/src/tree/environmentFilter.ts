import type { TreeNode } from './node.ts';

/**
 * The rows of environments that hold every word of `text` in their own words or in those of the rows above or below them; environments
 * themselves stay. Empty text keeps all.
 */
export function filterRows(roots: readonly TreeNode[], text: string): readonly TreeNode[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return roots;
  return roots.map((root) => {
    const children = root.children.flatMap((child) => kept(child, words, root.label) ?? []);
    const none: TreeNode = {
      id: `${root.id}:filtered`,
      label: 'nothing fits the filter',
      icon: 'dash',
      tone: 'quiet',
      context: ['empty'],
      children: [],
    };
    const { late: _, ...rest } = root;
    return { ...rest, children: children.length > 0 || root.children.length === 0 ? children : [none] };
  });
}

function kept(node: TreeNode, words: readonly string[], above: string): TreeNode | undefined {
  const own = `${above} ${wordsOf(node)}`;
  const missing = words.filter((word) => !own.toLowerCase().includes(word));
  if (missing.length === 0) return node;
  const children = node.children.flatMap((child) => kept(child, words, own) ?? []);
  if (children.length === 0) return undefined;
  const { late: _, ...rest } = node;
  return { ...rest, expanded: true, children };
}

const wordsOf = (node: TreeNode): string =>
  [node.label, node.description, ...node.context, node.subject?.digest, node.subject?.tag].join(' ');

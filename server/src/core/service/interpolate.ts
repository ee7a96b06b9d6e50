import type { Range } from '../../protocol.ts';
import { didYouMean } from '../text/suggest.ts';
import type { YamlNode } from '../yaml/tree.ts';

/** Names such as `environment.name` and their values. */
export type Variables = Readonly<Record<string, string>>;

export interface InterpolationProblem {
  readonly range: Range;
  readonly message: string;
}

/** Names of a release get their values when it is deployed; before, they stay as they are written. */
export const releaseNames: readonly string[] = ['release.id', 'release.alias', 'release.digest', 'release.tag'];

/**
 * Fills `${name}` in every scalar; `$$` is a dollar sign, a lone `$` stays. Unknown names are reported, never empty:
 * the developer's own environment is not read.
 */
export function interpolateTree(node: YamlNode, variables: Variables, report: (problem: InterpolationProblem) => void): YamlNode {
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => interpolateTree(item, variables, report)) };
  if (node.kind === 'map') {
    return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: interpolateTree(entry.value, variables, report) })) };
  }
  if (typeof node.value !== 'string' || !node.value.includes('$')) return node;
  const value = interpolate(node.value, variables, (message) => report({ range: node.range, message }));
  return { ...node, value, source: value };
}

/** Fills `${name}` in a text; what is unknown is reported and stays as written. */
export function interpolate(text: string, variables: Variables, report: (message: string) => void): string {
  return text.replace(/\$\$|\$\{([^}]*)\}/g, (match, name: string | undefined) => {
    if (name === undefined) return '$';
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value !== undefined) return value;
    if (releaseNames.includes(name)) return match;
    report(unknownMessage(name, [...Object.keys(variables), ...releaseNames]));
    return match;
  });
}

function unknownMessage(name: string, known: readonly string[]): string {
  const written = `\`\${${name}}\``;
  const hint = didYouMean(name, known) || ` Known are ${known.map((item) => `\`${item}\``).join(', ')}.`;
  return `${written} is unknown.${hint} To hand it to the process as it stands, write \`$$\{${name}}\`.`;
}

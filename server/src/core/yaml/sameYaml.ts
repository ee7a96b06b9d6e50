import { parseYaml, type YamlFile } from './parse.ts';
import { concreteSyntax, sourceTokens } from './source.ts';
import type { YamlNode } from './tree.ts';

/** True when a text has the values, the keys in their order, the comments, anchors, tags and quotes of a file. */
export function sameYaml(file: YamlFile, text: string): boolean {
  const after = parseYaml(text);
  if (after.problems.length !== file.problems.length || (after.root === undefined) !== (file.root === undefined)) return false;
  const sameValues = !file.root || !after.root || same(file.root, after.root);
  return sameValues && words(file.text).join('\n') === words(text).join('\n');
}

function same(a: YamlNode, b: YamlNode): boolean {
  if (a.kind === 'scalar') return b.kind === 'scalar' && Object.is(a.value, b.value) && a.quoted === b.quoted;
  if (a.kind === 'list')
    return b.kind === 'list' && a.items.length === b.items.length && a.items.every((item, i) => sameMaybe(item, b.items[i]));
  return (
    b.kind === 'map' &&
    a.entries.length === b.entries.length &&
    a.entries.every((entry, i) => entry.key === b.entries[i]?.key && sameMaybe(entry.value, b.entries[i]?.value))
  );
}

function sameMaybe(a: YamlNode, b: YamlNode | undefined): boolean {
  return b !== undefined && same(a, b);
}

/** The words without blanks; what goes over several lines has its value compared, not its indentation. */
function words(text: string): readonly string[] {
  return sourceTokens(concreteSyntax(text))
    .filter(({ type }) => type !== 'space' && type !== 'newline' && type !== 'block-scalar')
    .map(({ type, source }) => `${type} ${source.replace(/\s+/g, ' ')}`);
}

import type { Range } from '../../../protocol.ts';
import { canonicalHash } from '../../service/recordHash.ts';
import { plain, textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** A record is what its id says. */
export const rule: ManifestRule = {
  summary: 'The id of a release or snapshot follows from what it holds: nobody has changed it since it was written.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['record'],
  check({ yaml }) {
    const { root } = yaml;
    if (yaml.problems.length > 0) return [];
    const kind = textAt(root, 'kind');
    if (kind === 'Snapshot') return compared(root, ['id'], 'snap-', valueAt(root, 'content'), '`content`');
    if (kind !== 'Release') return [];
    return [
      ...compared(root, ['id'], 'rel-', valueAt(root, 'identity'), '`identity`'),
      ...compared(root, ['identity', 'manifestHash'], 'sha256:', valueAt(root, 'manifest'), '`manifest`'),
    ];
  },
};

function compared(
  root: YamlNode | undefined,
  path: readonly string[],
  lead: string,
  content: YamlNode | undefined,
  what: string,
): readonly Report[] {
  const node = valueAt(root, ...path);
  const written = textAt(node);
  if (!node || !content || !written?.startsWith(lead) || !isComplete(written)) return [];
  const hash = canonicalHash(plain(content));
  if (written === `${lead}${hash.slice(0, written.length - lead.length)}`) return [];
  const range: Range = node.range;
  const message = `This record was changed after it was written: its ${path.at(-1)} does not follow from ${what}. Waybill refuses to deploy it; take it back from version control.`;
  return [{ range, message }];
}

/** The text is an id or a digest; that others are not is said elsewhere. */
function isComplete(text: string): boolean {
  return /^(?:(?:rel|snap)-[0-9a-f]{12}|sha256:[0-9a-f]{64})$/.test(text);
}

import type { LockDemand } from '../../standards/extended.ts';
import { lockName, type Pin, readLock } from '../../standards/lock.ts';
import { baseName } from '../../text/uris.ts';
import { entryOf, valueAt } from '../../yaml/tree.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { withoutItem } from '../manifestEdits.ts';
import type { Report } from '../rule.ts';

/** The lock pins what floats in this folder, and nothing else. */
export const rule: ManifestRule = {
  summary: 'waybill.lock.yaml pins the floating images of FROM and the remote standards that there are, and no others.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['record'],
  check(context) {
    const { uri, yaml, lockDemands } = context;
    if (baseName(uri) !== lockName || yaml.problems.length > 0 || !lockDemands) return [];
    const lock = readLock(uri, yaml.root);
    const demands = lockDemands();
    return [
      ...judge(context, 'extends', lock.extends, demands.extends, 'No standards here extend'),
      ...judge(context, 'images', lock.images, demands.images, 'No FROM here floats on'),
    ];
  },
};

function judge(
  { yaml }: ManifestContext,
  key: 'extends' | 'images',
  pins: readonly Pin[],
  demands: readonly LockDemand[],
  unused: string,
): readonly Report[] {
  const wanted = new Set(demands.map(({ ref }) => ref));
  const stale = pins
    .filter(({ ref }) => !wanted.has(ref))
    .map(({ ref, node }): Report => {
      const edit = withoutItem(yaml, node);
      return {
        range: valueAt(node, 'ref')?.range ?? node.range,
        message: `${unused} \`${ref}\`: the entry pins nothing. Run \`waybill lock\`, or remove it.`,
        tags: ['unnecessary'],
        fixes: edit ? [{ title: `Remove \`${ref}\``, edits: [edit] }] : [],
      };
    });
  const known = new Set(pins.map(({ ref }) => ref));
  const missing = demands.filter(({ ref }) => !known.has(ref));
  const [first] = missing;
  const start = { line: 0, character: 0 };
  const range = entryOf(yaml.root, key)?.keyRange ?? entryOf(yaml.root, 'kind')?.keyRange ?? { start, end: start };
  if (!first) return stale;
  const names = missing.slice(0, 3).map(({ ref }) => `\`${ref}\``);
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
  const message = `${names.join(', ')}${more} ${missing.length === 1 ? 'is' : 'are'} not pinned here. Run \`waybill lock\`, or Update Pinned Standards.`;
  const related = missing.slice(0, 10).map(({ ref, location }) => ({ location, message: `\`${ref}\` is named here` }));
  return [...stale, { range, message, related }];
}

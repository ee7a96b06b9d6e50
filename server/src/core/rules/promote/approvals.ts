import { itemsAt, numberAt, textsAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import type { Report } from '../rule.ts';

/** As many people may approve as must. */
export const rule: ManifestRule = {
  summary: '`approvals.count` can be reached by those whom `approvals.from` names.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['environments'],
  check: ({ yaml }) =>
    itemsAt(yaml.root, 'environments').flatMap((item): readonly Report[] => {
      const approvals = valueAt(item, 'protected', 'approvals');
      const count = valueAt(approvals, 'count');
      const wanted = numberAt(count) ?? 1;
      const people = new Set(textsAt(approvals, 'from'));
      // How many a group has is not known here.
      if (!count || people.size === 0 || [...people].some((name) => name.includes(':')) || wanted <= people.size) return [];
      return [
        {
          range: count.range,
          message: `${wanted} approvals are asked for and ${people.size === 1 ? 'one person' : `${people.size} people`} may give one: nothing is ever deployed here.`,
          fixes: replaced(count, String(people.size), true),
        },
      ];
    }),
};

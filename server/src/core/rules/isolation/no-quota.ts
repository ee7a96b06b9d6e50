import { entriesAt, textAt } from '../../yaml/tree.ts';
import { protectedAndShared } from '../environmentNodes.ts';
import type { ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** Without a quota one service takes what all others need. */
export const rule: ManifestRule = {
  summary: 'A protected namespace that shares its cluster has a quota: `isolation.quota`.',
  severity: 'info',
  aliases: [],
  fixable: false,
  on: ['environments'],
  check: (context) =>
    protectedAndShared(context).flatMap(({ item, name, neighbour }): readonly Report[] => {
      if (entriesAt(item, 'isolation', 'quota').length > 0) return [];
      return [
        {
          range: name.range,
          message: `\`${textAt(name)}\` is protected and shares its cluster with \`${neighbour.name}\` without a bound: set \`isolation.quota\` with \`requests.cpu\`, \`requests.memory\` and \`pods\`.`,
          related: [{ location: neighbour.location, message: `\`${neighbour.name}\` is in the same cluster` }],
        },
      ];
    }),
};

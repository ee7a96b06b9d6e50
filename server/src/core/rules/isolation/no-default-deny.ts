import { textAt } from '../../yaml/tree.ts';
import { protectedAndShared } from '../environmentNodes.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, setValue } from '../manifestEdits.ts';
import type { Report } from '../rule.ts';

/** Without a policy every pod of the cluster reaches every other one. */
export const rule: ManifestRule = {
  summary:
    'A protected namespace that shares its cluster denies connections that no policy allows: `isolation.networkPolicy: default-deny`.',
  severity: 'info',
  aliases: [],
  fixable: true,
  on: ['environments'],
  check: (context) =>
    protectedAndShared(context).flatMap(({ item, name, neighbour }): readonly Report[] => {
      if (textAt(item, 'isolation', 'networkPolicy') === 'default-deny') return [];
      return [
        {
          range: name.range,
          message: `\`${textAt(name)}\` is protected and shares its cluster with \`${neighbour.name}\`, whose pods may connect to its services: set \`isolation.networkPolicy: default-deny\`.`,
          related: [{ location: neighbour.location, message: `\`${neighbour.name}\` is in the same cluster` }],
          fixes: fixOf('Deny by default', setValue({ ...context.yaml, root: item }, ['isolation', 'networkPolicy'], 'default-deny'), true),
        },
      ];
    }),
};

import { booleanAt, itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, setValue } from '../manifestEdits.ts';
import type { Report } from '../rule.ts';

/** Without a policy every pod of the cluster reaches every other one. */
export const rule: ManifestRule = {
  summary: 'A protected namespace denies connections that no policy allows: `isolation.networkPolicy: default-deny`.',
  severity: 'info',
  aliases: [],
  fixable: true,
  on: ['environments'],
  check: ({ yaml }) =>
    itemsAt(yaml.root, 'environments').flatMap((item): readonly Report[] => {
      const name = valueAt(item, 'name');
      const guarded = valueAt(item, 'protected');
      const on = guarded?.kind === 'map' || booleanAt(guarded) === true;
      if (!name || !on || !valueAt(item, 'kubernetes') || textAt(item, 'isolation', 'networkPolicy') === 'default-deny') return [];
      return [
        {
          range: name.range,
          message: `\`${textAt(name)}\` is protected, and every pod of the cluster may connect to its services: set \`isolation.networkPolicy: default-deny\`.`,
          fixes: fixOf('Deny by default', setValue({ ...yaml, root: item }, ['isolation', 'networkPolicy'], 'default-deny'), true),
        },
      ];
    }),
};

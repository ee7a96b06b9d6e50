import { numberAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** Something may be more, or something may be less, while instances are replaced. */
export const rule: ManifestRule = {
  summary: '`rollout.maxSurge` and `maxUnavailable` are not both 0.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const surge = valueAt(tree, 'rollout', 'maxSurge');
      const unavailable = valueAt(tree, 'rollout', 'maxUnavailable');
      if (!surge || numberAt(surge) !== 0 || (numberAt(unavailable) ?? 0) !== 0) return [];
      if (textAt(tree, 'rollout', 'strategy') === 'recreate') return [];
      const host = textAt(tree, 'network', 'mode') === 'host';
      return [
        {
          range: surge.range,
          message: `\`maxSurge\` and \`maxUnavailable\` are both 0: no instance may be added and none taken away, so nothing is ever replaced.`,
          // In host mode a second instance finds the port taken.
          fixes: host && unavailable ? replaced(unavailable, '1', true) : host ? [] : replaced(surge, '1', true),
        },
      ];
    }),
};

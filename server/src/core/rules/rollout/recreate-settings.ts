import { textAt, valueAt } from '../../yaml/tree.ts';
import { withoutSetting } from '../environmentNodes.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf } from '../manifestEdits.ts';
import { everywhere } from '../perEnvironment.ts';

/** `recreate` stops everything first: how many may be more or less is no question then. */
export const rule: ManifestRule = {
  summary: '`maxSurge`, `maxUnavailable` and `batch` stand with `rollout.strategy: rolling`.',
  severity: 'hint',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    everywhere(context, ({ tree }) => {
      if (textAt(tree, 'rollout', 'strategy') !== 'recreate') return [];
      return ['maxSurge', 'maxUnavailable', 'batch'].flatMap((key) => {
        const node = valueAt(tree, 'rollout', key);
        if (!node) return [];
        return [
          {
            range: node.range,
            message: `\`${key}\` is about rolling updates; with \`recreate\` all instances stop first.`,
            tags: ['unnecessary' as const],
            fixes: fixOf(`Remove \`${key}\``, withoutSetting(context, `rollout.${key}`, node)),
          },
        ];
      });
    }),
};

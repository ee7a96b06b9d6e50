import { itemsAt, numberAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** The least is not more than the most. */
export const rule: ManifestRule = {
  summary: '`scale.auto.min` and the `min` of a schedule are not above `scale.auto.max`.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const max = valueAt(tree, 'scale', 'auto', 'max');
      const most = numberAt(max);
      if (!max || most === undefined) return [];
      const places = [valueAt(tree, 'scale', 'auto', 'min'), ...itemsAt(tree, 'scale', 'schedule').map((item) => valueAt(item, 'min'))];
      return places.flatMap((node, i): readonly Report[] => {
        const least = numberAt(node);
        if (!node || least === undefined || least <= most) return [];
        const why = i === 0 ? 'the cluster refuses the autoscaler' : 'the schedule asks for instances that are never started';
        return [
          {
            range: node.range,
            message: `\`min\` ${textAt(node)} is above \`max\` ${most}: ${why}.`,
            fixes: [
              ...replaced(max, String(least), true).map((fix) => ({ ...fix, title: `Raise \`max\` to ${least}` })),
              ...replaced(node, String(most), true),
            ],
          },
        ];
      });
    }),
};

import { itemsAt, numberAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, withoutItem } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** Each step of a canary gives it more of the requests than the one before. */
export const rule: ManifestRule = {
  summary: 'The weights of `canary.steps` rise from step to step.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const steps = itemsAt(tree, 'canary', 'steps');
      return steps.flatMap((step, i): readonly Report[] => {
        const node = valueAt(step, 'weight');
        const weight = numberAt(node);
        const before = numberAt(steps[i - 1], 'weight');
        if (!node || weight === undefined || before === undefined || weight > before) return [];
        const what = weight === before ? 'The same weight as the step before' : `${before} % come before ${weight} %`;
        return [
          {
            range: node.range,
            message: `${what}: weights rise, and what goes back is an abort.`,
            fixes: fixOf('Remove this step', withoutItem(context.yaml, step), true),
          },
        ];
      });
    }),
};

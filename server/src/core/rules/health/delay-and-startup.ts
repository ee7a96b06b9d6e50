import { textAt, valueAt } from '../../yaml/tree.ts';
import { withoutSetting } from '../environmentNodes.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';
import { probeTimes } from '../probes.ts';
import type { Report } from '../rule.ts';

/** The other probes wait for `startup`: what they wait besides is lost time. */
export const rule: ManifestRule = {
  summary: 'With a `startup` probe the others have no `initialDelay`.',
  severity: 'info',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const health = valueAt(tree, 'health');
      if (valueAt(health, 'startup')?.kind !== 'map') return [];
      return ['readiness', 'liveness'].flatMap((name): readonly Report[] => {
        const node = valueAt(health, name, 'initialDelay');
        if (!node || (probeTimes(valueAt(health, name))?.delay ?? 0) === 0) return [];
        return [
          {
            range: node.range,
            message: `\`${name}\` begins when \`startup\` has passed; it waits ${textAt(node)} more for nothing.`,
            fixes: fixOf('Remove `initialDelay`', withoutSetting(context, `health.${name}.initialDelay`, node)),
          },
        ];
      });
    }),
};

import { entryOf, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';
import { probeTimes, questionOf } from '../probes.ts';

/** Readiness takes an instance out of the way; liveness kills it. The second must be the more patient. */
export const rule: ManifestRule = {
  summary: '`liveness` does not ask what `readiness` asks with no more patience.',
  severity: 'info',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const health = valueAt(tree, 'health');
      const [liveness, readiness] = [valueAt(health, 'liveness'), valueAt(health, 'readiness')];
      const key = entryOf(health, 'liveness');
      const [dies, waits] = [probeTimes(liveness), probeTimes(readiness)];
      const question = questionOf(liveness);
      if (!key || !dies || !waits || question === undefined || question !== questionOf(readiness)) return [];
      if (dies.period * dies.failures > waits.period * waits.failures) return [];
      return [
        {
          range: key.keyRange,
          message:
            '`liveness` asks the same as `readiness` and gives up no later: an instance that is only busy, or waits for a database, is killed instead of spared. Raise its `failureThreshold`, or ask something simpler.',
        },
      ];
    }),
};

import { entryOf, valueAt } from '../../yaml/tree.ts';
import { setHere } from '../environmentNodes.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { addEntry, fixOf, replaced } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';
import { probeTimes, questionOf } from '../probes.ts';

/** Readiness takes an instance out of the way; liveness kills it. The second must be the more patient. */
export const rule: ManifestRule = {
  summary: '`liveness` does not ask what `readiness` asks with no more patience.',
  severity: 'info',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, (deployed) => {
      const { tree } = deployed;
      const health = valueAt(tree, 'health');
      const [liveness, readiness] = [valueAt(health, 'liveness'), valueAt(health, 'readiness')];
      const key = entryOf(health, 'liveness');
      const [dies, waits] = [probeTimes(liveness), probeTimes(readiness)];
      const question = questionOf(liveness);
      if (!key || !dies || !waits || question === undefined || question !== questionOf(readiness)) return [];
      if (dies.period * dies.failures > waits.period * waits.failures) return [];
      // Twice as patient as readiness: the requests have long been led elsewhere when it is killed.
      const failures = Math.ceil((2 * waits.period * waits.failures) / dies.period);
      const own = valueAt(context.yaml.root, 'health');
      const forAll = own?.kind === 'map' && own.entries.includes(key);
      const title = `Let \`liveness\` fail ${failures} times`;
      const threshold = valueAt(liveness, 'failureThreshold');
      return [
        {
          range: key.keyRange,
          message:
            '`liveness` asks the same as `readiness` and gives up no later: an instance that is only busy, or waits for a database, is killed instead of spared. Raise its `failureThreshold`, or ask something simpler.',
          fixes: threshold
            ? replaced(threshold, String(failures), true)
            : forAll && key.value.kind === 'map'
              ? fixOf(title, addEntry(context.yaml, key.value, 'failureThreshold', String(failures)), true)
              : setHere(context, deployed, ['health', 'liveness', 'failureThreshold'], String(failures), title),
        },
      ];
    }),
};

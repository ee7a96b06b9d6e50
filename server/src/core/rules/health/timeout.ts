import { textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';
import { probeNames, probeTimes } from '../probes.ts';
import type { Report } from '../rule.ts';

/** A question is answered before it is asked again. */
export const rule: ManifestRule = {
  summary: 'The `timeout` of a probe is not longer than its `period`.',
  severity: 'info',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) =>
      probeNames.flatMap((name): readonly Report[] => {
        const probe = valueAt(tree, 'health', name);
        const timeout = valueAt(probe, 'timeout');
        const times = probeTimes(probe);
        if (!timeout || !times || times.timeout <= times.period) return [];
        const period = textAt(probe, 'period') ?? '10s';
        return [
          {
            range: timeout.range,
            message: `An answer may take ${textAt(timeout)} and is asked for every ${period}: a slow instance is noticed later than it looks.`,
            fixes: replaced(timeout, period, true),
          },
        ];
      }),
    ),
};

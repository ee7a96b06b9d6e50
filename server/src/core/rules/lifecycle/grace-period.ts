import { durationSeconds } from '../../service/amounts.ts';
import { textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, setValue } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** The sleep before the stop signal is part of the grace period (Kubernetes, "Pod Lifecycle", Termination of Pods). */
export const rule: ManifestRule = {
  summary: '`lifecycle.preStop.sleep` leaves time of `stopGracePeriod` for the process to end.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const sleep = valueAt(tree, 'lifecycle', 'preStop', 'sleep');
      const grace = valueAt(tree, 'lifecycle', 'stopGracePeriod');
      const [slept, given] = [durationSeconds(textAt(sleep) ?? ''), durationSeconds(textAt(grace) ?? '30s')];
      if (!sleep || slept === undefined || given === undefined || slept < given) return [];
      const wanted = `${slept + 30}s`;
      const edit = grace ? { range: grace.range, text: wanted } : setValue(context.yaml, ['lifecycle', 'stopGracePeriod'], wanted);
      return [
        {
          range: sleep.range,
          message: `The process is killed after ${textAt(grace) ?? '30s'}, the sleep included: nothing is left to finish requests in.`,
          fixes: fixOf(`Give it ${wanted}`, edit, true),
        },
      ];
    }),
};

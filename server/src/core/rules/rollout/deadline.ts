import { durationSeconds } from '../../service/amounts.ts';
import { textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** Kubernetes, "Deployments": `progressDeadlineSeconds` must be greater than `minReadySeconds`. */
export const rule: ManifestRule = {
  summary: '`rollout.minReady` is shorter than `rollout.progressDeadline`.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const ready = valueAt(tree, 'rollout', 'minReady');
      const deadline = valueAt(tree, 'rollout', 'progressDeadline');
      const [wait, most] = [durationSeconds(textAt(ready) ?? ''), durationSeconds(textAt(deadline) ?? '600s')];
      if (!ready || wait === undefined || most === undefined || wait < most) return [];
      return [
        {
          range: ready.range,
          message: `An instance counts after ${textAt(ready)}, and the rollout is given up after ${textAt(deadline) ?? '600s'}: it can never succeed, and a cluster refuses it.`,
          fixes: replaced(ready, '10s', true),
        },
      ];
    }),
};

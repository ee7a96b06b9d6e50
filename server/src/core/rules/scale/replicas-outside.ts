import { numberAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** With an autoscaler the number of instances is its own; what stands beside it should at least be possible. */
export const rule: ManifestRule = {
  summary: '`scale.replicas` lies between `scale.auto.min` and `max`.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const replicas = valueAt(tree, 'scale', 'replicas');
      const [count, least, most] = [
        numberAt(replicas),
        numberAt(tree, 'scale', 'auto', 'min') ?? 1,
        numberAt(tree, 'scale', 'auto', 'max'),
      ];
      if (!replicas || count === undefined || most === undefined || least > most || (count >= least && count <= most)) return [];
      const wanted = count < least ? least : most;
      return [
        {
          range: replicas.range,
          message: `The autoscaler keeps ${least} to ${most} instances: ${textAt(replicas)} never stay.`,
          fixes: replaced(replicas, String(wanted), true),
        },
      ];
    }),
};

import { textAt, valueAt } from '../../yaml/tree.ts';
import { setHere } from '../environmentNodes.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** The autoscaler measures CPU in parts of what was requested ("Horizontal Pod Autoscaling", Algorithm details). */
export const rule: ManifestRule = {
  summary: 'A service that is scaled by CPU requests CPU.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, (deployed) => {
      const cpu = valueAt(deployed.tree, 'scale', 'auto', 'cpu');
      const { environment, tree } = deployed;
      if (!cpu || (environment && !('namespace' in environment.target))) return [];
      if (valueAt(tree, 'resources', 'requests', 'cpu') || valueAt(tree, 'resources', 'limits', 'cpu')) return [];
      return [
        {
          range: cpu.range,
          message: `${textAt(cpu)} % of nothing: the autoscaler measures CPU in parts of \`resources.requests.cpu\`, which is not set, and never scales.`,
          fixes: setHere(context, deployed, ['resources', 'requests', 'cpu'], '500m', 'Request 500m'),
        },
      ];
    }),
};

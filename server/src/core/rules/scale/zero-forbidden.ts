import { numberAt, valueAt } from '../../yaml/tree.ts';
import { atEnvironment } from '../environmentNodes.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** What an environment forbids is not asked for by a manifest. */
export const rule: ManifestRule = {
  summary: 'No service has 0 instances in an environment that forbids `scale-to-zero`.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, (deployed) => {
      const replicas = valueAt(deployed.tree, 'scale', 'replicas');
      if (!replicas || numberAt(replicas) !== 0 || !deployed.environment?.protected.forbid.includes('scale-to-zero')) return [];
      return [
        {
          range: replicas.range,
          message: 'The environment forbids `scale-to-zero`: this deployment is refused.',
          related: atEnvironment(deployed, '`protected.forbid`'),
          fixes: replaced(replicas, '1', true),
        },
      ];
    }),
};

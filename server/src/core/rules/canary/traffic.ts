import { textAt, valueAt } from '../../yaml/tree.ts';
import { withoutSetting } from '../environmentNodes.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, replaced } from '../manifestEdits.ts';
import { everywhere } from '../perEnvironment.ts';

/** Requests are divided by what leads them to the service. */
export const rule: ManifestRule = {
  summary: '`canary.traffic` is divided by the `expose.type` of at least one environment.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    everywhere(context, ({ tree, environment }) => {
      const node = valueAt(tree, 'canary', 'traffic');
      const text = textAt(node);
      const needed = text === 'gateway' ? 'Gateway' : text === 'ingress' || text === 'bfe' ? 'Ingress' : undefined;
      if (!node || !needed) return [];
      const cluster = !environment || 'namespace' in environment.target;
      if (cluster && textAt(tree, 'expose', 'type') === needed) return [];
      const fixes = [
        ...replaced(node, 'replicas', true),
        ...fixOf('Remove `traffic`', withoutSetting(context, 'canary.traffic', node), true),
      ];
      return [
        {
          range: node.range,
          message: `Nothing divides the requests: \`${text}\` stands on \`expose.type: ${needed}\`, and no environment has it. \`replicas\` divides them by the number of instances.`,
          fixes,
        },
      ];
    }),
};

import { entryOf, valueAt } from '../../yaml/tree.ts';
import { atEnvironment, environmentNode } from '../environmentNodes.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** A service that registers has somewhere to do so. */
export const rule: ManifestRule = {
  summary: 'Environments on Docker hosts of a service that registers itself name their `etcd`.',
  severity: 'info',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, (deployed) => {
      const { tree, environment } = deployed;
      const key = entryOf(valueAt(tree, 'registration'), 'etcd');
      // In a cluster services find each other without it.
      if (!key || !environment || !('hosts' in environment.target)) return [];
      if (valueAt(environmentNode(context, environment.name), 'etcd', 'endpoints')) return [];
      return [
        {
          range: key.keyRange,
          message: 'The environment names no `etcd.endpoints`: the service registers nowhere, and no proxy finds it.',
          related: atEnvironment(deployed, 'Without `etcd`'),
        },
      ];
    }),
};

import { itemsAt, numberAt, textAt, valueAt } from '../../yaml/tree.ts';
import { atEnvironment } from '../environmentNodes.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** A port of a machine is bound once, whether the container is in host mode or publishes it. */
export const rule: ManifestRule = {
  summary: 'No more instances than machines wait for one fixed port of the machines.',
  severity: 'error',
  aliases: ['compose/placement-impossible'],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, (deployed) => {
      const { tree, environment } = deployed;
      const target = environment?.target;
      const machines = target && 'hosts' in target ? target.hosts.length : 0;
      const replicas = valueAt(tree, 'scale', 'replicas');
      const key = textAt(tree, 'network', 'mode') === 'host' ? 'port' : 'nodePort';
      const fixed = itemsAt(tree, 'ports').find((port) => numberAt(port, key) !== undefined);
      const wanted = numberAt(replicas) ?? 1;
      if (!fixed || !replicas || machines === 0 || wanted <= machines) return [];
      return [
        {
          range: replicas.range,
          message: `${wanted} instances want port ${numberAt(fixed, key)} of ${machines === 1 ? 'one machine' : `${machines} machines`}: a machine has it once. The others never start.`,
          related: atEnvironment(deployed, `Its machines`),
          fixes: replaced(replicas, String(machines), true),
        },
      ];
    }),
};

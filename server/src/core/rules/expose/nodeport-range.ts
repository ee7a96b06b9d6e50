import { portRange } from '../../environments/target.ts';
import { itemsAt, numberAt, textAt, valueAt } from '../../yaml/tree.ts';
import { atEnvironment, environmentNode } from '../environmentNodes.ts';
import { nextFree } from '../manifestClaims.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** What clusters use when nothing else is set (`--service-node-port-range` of the API server). */
const usual = '30000-32767';

/** A cluster hands out the ports of its nodes from one range alone. */
export const rule: ManifestRule = {
  summary: '`nodePort` lies in the range of the cluster: `nodePorts` of the environment, else 30000-32767.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, (deployed) => {
      const { tree, environment } = deployed;
      if (!environment || !('namespace' in environment.target)) return [];
      const asked = itemsAt(tree, 'ports').filter((port) => valueAt(port, 'nodePort') !== undefined);
      if (asked.length === 0) return [];
      const own = textAt(environmentNode(context, environment.name), 'nodePorts');
      const range = portRange(own ?? usual);
      if (!range) return [];
      return asked.flatMap((port) => {
        const node = valueAt(port, 'nodePort');
        const number = numberAt(node);
        if (!node || number === undefined || (number >= range.low && number <= range.high)) return [];
        const free = nextFree(context, 'nodePort', range.low - 1, range.high);
        return [
          {
            range: node.range,
            message: `The cluster gives out the ports ${own ?? usual} and refuses ${number}.`,
            related: atEnvironment(deployed, own ? `\`nodePorts: ${own}\`` : 'The cluster’s own range'),
            fixes: free === undefined ? [] : replaced(node, String(free), true),
          },
        ];
      });
    }),
};

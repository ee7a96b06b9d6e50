import { portRange } from '../../environments/target.ts';
import { itemsAt, numberAt, textAt, valueAt } from '../../yaml/tree.ts';
import { atEnvironment } from '../environmentNodes.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** A port that is chosen at the start is one that the machines keep free, and there is one for each instance. */
export const rule: ManifestRule = {
  summary: 'In host mode the `range` of `port: auto` lies in `compose.portRange` and has a port for each instance of a machine.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, (deployed) => {
      const { tree, environment } = deployed;
      const target = environment?.target;
      if (!target || !('hosts' in target) || textAt(tree, 'network', 'mode') !== 'host') return [];
      const each = Math.ceil((numberAt(tree, 'scale', 'replicas') ?? 1) / Math.max(1, target.hosts.length));
      return itemsAt(tree, 'ports').flatMap((port): readonly Report[] => {
        const node = valueAt(port, 'range');
        const range = portRange(textAt(node));
        if (!node || !range || textAt(port, 'port') !== 'auto') return [];
        const free = target.portRange;
        if (free && 'low' in free && (range.low < free.low || range.high > free.high)) {
          const text = `${free.low}-${free.high}`;
          return [
            {
              range: node.range,
              message: `The machines keep ${text} free for chosen ports; \`${textAt(node)}\` leaves that.`,
              related: atEnvironment(deployed, `\`compose.portRange: ${text}\``),
              fixes: replaced(node, text, true),
            },
          ];
        }
        const size = range.high - range.low + 1;
        if (size >= each) return [];
        const text = `${range.low}-${Math.min(65535, range.low + each - 1)}`;
        return [
          {
            range: node.range,
            message: `${each} instances share a machine and this range has ${size === 1 ? 'one port' : `${size} ports`}: the rest finds none.`,
            severity: 'error',
            fixes: replaced(node, text, true),
          },
        ];
      });
    }),
};

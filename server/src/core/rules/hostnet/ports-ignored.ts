import { itemsAt, numberAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, withoutEntry } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** In host mode nothing stands between the process and the port: what maps ports has no effect on it. */
export const rule: ManifestRule = {
  summary: 'In host mode no `nodePort` is set, and no more instances than machines wait for one fixed port.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree, environment }) => {
      if (textAt(tree, 'network', 'mode') !== 'host') return [];
      const ports = itemsAt(tree, 'ports');
      const mapped = ports.flatMap((port) => {
        const node = valueAt(port, 'nodePort');
        const entry = port.kind === 'map' ? port.entries.find(({ key }) => key === 'nodePort') : undefined;
        if (!node || !entry || port.kind !== 'map') return [];
        return [
          {
            range: node.range,
            message: `In host mode the process binds port ${textAt(port, 'port') ?? ''} of the machine itself: \`nodePort\` opens a second one that leads to the same.`,
            fixes: fixOf('Remove `nodePort`', withoutEntry(context.yaml, port, entry)),
          },
        ];
      });
      const target = environment?.target;
      const machines = target && 'hosts' in target ? target.hosts.length : 0;
      const replicas = valueAt(tree, 'scale', 'replicas');
      const fixed = ports.find((port) => numberAt(port, 'port') !== undefined);
      const wanted = numberAt(replicas) ?? 1;
      if (!fixed || !replicas || machines === 0 || wanted <= machines) return mapped;
      return [
        ...mapped,
        {
          range: replicas.range,
          message: `${wanted} instances want port \`${textAt(fixed, 'name')}\` of ${machines === 1 ? 'one machine' : `${machines} machines`}: in host mode a machine takes one. The others never start.`,
          severity: 'error' as const,
          fixes: [{ title: `Change to ${machines}`, edits: [{ range: replicas.range, text: String(machines) }], preview: true }],
        },
      ];
    }),
};

import { itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, withoutEntry } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** In host mode nothing stands between the process and the port: what maps ports has no effect on it. */
export const rule: ManifestRule = {
  summary: 'In host mode no `nodePort` is set.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      if (textAt(tree, 'network', 'mode') !== 'host') return [];
      return itemsAt(tree, 'ports').flatMap((port) => {
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
    }),
};

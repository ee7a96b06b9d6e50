import { itemsAt, numberAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, withoutItem } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** A port of the container is listed once. */
export const rule: ManifestRule = {
  summary: 'No two entries of `ports` have the same number and protocol.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) => {
      const ports = itemsAt(tree, 'ports');
      const keyOf = (index: number) => `${numberAt(ports[index], 'port')} ${textAt(ports[index], 'protocol') ?? 'tcp'}`;
      return ports.flatMap((port, i): readonly Report[] => {
        const node = valueAt(port, 'port');
        const first = ports.findIndex((_, k) => keyOf(k) === keyOf(i));
        if (!node || numberAt(node) === undefined || first === i) return [];
        return [
          {
            range: node.range,
            message: `Port ${textAt(node)} is \`${textAt(ports[first], 'name')}\` already: a cluster refuses a service with the same port twice.`,
            related: ports[first] ? [{ location: { uri: context.uri, range: ports[first].range }, message: 'The first one' }] : [],
            fixes: fixOf('Remove this port', withoutItem(context.yaml, port), true),
          },
        ];
      });
    }),
};

import { portRange } from '../../environments/target.ts';
import { clusterOf } from '../../service/claims.ts';
import { itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** A chosen port must not be the one that another service needs. */
export const rule: ManifestRule = {
  summary: 'The `range` of `port: auto` holds no port that another service in host mode needs on the same machines.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree, environment }) => {
      if (!environment || textAt(tree, 'network', 'mode') !== 'host') return [];
      return itemsAt(tree, 'ports').flatMap((port) => {
        const node = valueAt(port, 'range');
        const range = portRange(textAt(node));
        if (!node || !range || textAt(port, 'port') !== 'auto') return [];
        const taken = context.workspace
          .claims()
          .within('hostPort', clusterOf(environment))
          .find(
            ({ what, service }) =>
              service.uri !== context.service?.uri && Number.parseInt(what, 10) >= range.low && Number.parseInt(what, 10) <= range.high,
          );
        if (!taken) return [];
        return [
          {
            range: node.range,
            message: `Port ${taken.what} in this range belongs to \`${taken.service.id}\`: where an instance of this service takes it first, that service does not start.`,
            related: [{ location: { uri: taken.service.uri, range: taken.range }, message: `\`${taken.service.id}\` binds it` }],
          },
        ];
      });
    }),
};

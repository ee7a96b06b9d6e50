import { portRange } from '../../environments/target.ts';
import { productEnvironments } from '../../features/workspace.ts';
import { type Claim, clusterOf } from '../../service/claims.ts';
import { itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
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
        const taken = fixedPorts(context, clusterOf(environment)).find(
          ({ what }) => Number.parseInt(what, 10) >= range.low && Number.parseInt(what, 10) <= range.high,
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

/** The fixed ports of all other services on the same machines. */
function fixedPorts({ workspace, service }: ManifestContext, machines: string): readonly Claim[] {
  return workspace.services.flatMap((other) =>
    other.uri === service?.uri
      ? []
      : workspace
          .claims()
          .of(other, 'hostPort')
          .filter(({ environment }) => {
            const place = productEnvironments(workspace, other).find(({ name }) => name === environment);
            return place !== undefined && clusterOf(place) === machines;
          }),
  );
}

import type { EnvironmentSummary } from '../../../protocol.ts';
import { promotionCycle } from '../../environments/order.ts';
import { itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, setValue } from '../manifestEdits.ts';
import type { Report } from '../rule.ts';

/** A release gets to every environment, and to a protected one only by way of others. */
export const rule: ManifestRule = {
  summary: 'Releases reach every environment, and protected ones by way of another environment.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['environments'],
  check({ environments, uri, yaml }) {
    if (!environments || environments.uri !== uri) return [];
    const all = environments.environments;
    if (promotionCycle(all, (environment) => environment.promote.from)) return behindCircle(all);
    if (all.length < 2) return [];
    return all
      .filter((environment) => environment.protected.on && environment.promote.from.length === 0)
      .map((environment): Report => {
        const item = itemsAt(yaml.root, 'environments').findIndex((candidate) => textAt(candidate, 'name') === environment.name);
        const before = itemsAt(yaml.root, 'environments')[item - 1];
        const node = itemsAt(yaml.root, 'environments')[item];
        const source = textAt(before, 'name');
        const from = valueAt(node, 'promote', 'from');
        const edit = from
          ? { range: from.range, text: `[${source}]` }
          : node?.kind === 'map'
            ? setValue({ ...yaml, root: node }, ['promote', 'from'], `[${source}]`)
            : undefined;
        return {
          range: environment.location.range,
          message: `\`${environment.name}\` is protected and promotes from no environment: builds reach it without having run anywhere.`,
          fixes: source ? fixOf(`Promote from \`${source}\``, edit, true) : [],
        };
      });
  },
};

/** Those that only lead back to a circle: the circle itself is reported by `environment/order-cycle`. */
function behindCircle(all: readonly EnvironmentSummary[]): readonly Report[] {
  const reached = new Set<string>();
  for (let size = -1; size !== reached.size; ) {
    size = reached.size;
    for (const { name, promote } of all)
      if (promote.from.length === 0 || promote.from.some((source) => reached.has(source))) reached.add(name);
  }
  const lost = all.filter(({ name }) => !reached.has(name));
  const onCircle = (environment: EnvironmentSummary) => {
    const seen = new Set<string>();
    const open = [...environment.promote.from];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      open.push(...(all.find((candidate) => candidate.name === name)?.promote.from ?? []));
    }
    return seen.has(environment.name);
  };
  return lost
    .filter((environment) => !onCircle(environment))
    .map((environment) => ({
      range: environment.location.range,
      message: `No release reaches \`${environment.name}\`: it promotes from environments that wait for each other.`,
      severity: 'error' as const,
    }));
}

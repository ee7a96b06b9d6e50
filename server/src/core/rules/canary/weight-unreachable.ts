import { itemsAt, numberAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** Points in a hundred that a step may be off before it is told. */
const tolerated = 10;

/** Without a proxy that divides requests a canary gets the share that its instances are of all. */
export const rule: ManifestRule = {
  summary: 'A weight of `canary.traffic: replicas` can be made of whole instances where it matters: in protected environments.',
  severity: 'info',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree, environment }) => {
      // Elsewhere there are few instances on purpose.
      if (environment && !environment.protected.on) return [];
      const steps = itemsAt(tree, 'canary', 'steps');
      if (steps.length === 0 || (textAt(tree, 'canary', 'traffic') ?? 'replicas') !== 'replicas') return [];
      const replicas = numberAt(tree, 'scale', 'auto', 'min') ?? numberAt(tree, 'scale', 'replicas') ?? 1;
      if (replicas < 1) return [];
      const first = steps.flatMap((step) => reportOf(step, replicas))[0];
      return first ? [first] : [];
    }),
};

function reportOf(step: Parameters<typeof valueAt>[0], replicas: number): readonly Report[] {
  const node = valueAt(step, 'weight');
  const weight = numberAt(node);
  if (!node || weight === undefined) return [];
  const actual = nearest(weight, replicas);
  if (Math.abs(actual - weight) <= tolerated) return [];
  return [
    {
      range: node.range,
      message: `${weight} % asked, ${actual} % actual: with ${replicas === 1 ? 'one instance the canary is a second one' : `${replicas} instances one more or less is that much`}. More instances or a gateway divide finer.`,
    },
  ];
}

/** The share nearest to the one asked for: `c` of `n` instances, or of one more. */
function nearest(weight: number, replicas: number): number {
  const shares = [replicas, replicas + 1].flatMap((all) => Array.from({ length: all - 1 }, (_, i) => Math.round(((i + 1) / all) * 100)));
  return shares.reduce((best, share) => (Math.abs(share - weight) < Math.abs(best - weight) ? share : best), 50);
}

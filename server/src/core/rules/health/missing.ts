import { entryOf, itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, setValue } from '../manifestEdits.ts';
import { policyDemand } from '../manifestPolicy.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** A service has the probes that `policy.health.require` of the standards asks for. */
export const rule: ManifestRule = {
  summary: 'A service has the health checks that the standards ask for.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check(context) {
    const { service, standards, yaml } = context;
    const required = standards?.policy.requiredHealth ?? [];
    if (!service?.name) return [];
    const port = textAt(itemsAt(yaml.root, 'ports')[0], 'name');
    return perEnvironment(context, ({ tree }) =>
      required
        .filter((probe) => valueAt(tree, 'health', probe)?.kind !== 'map')
        .map((probe) => ({
          range: entryOf(tree, 'health')?.keyRange ?? service.nameRange,
          message: `The standards ask every service for \`health.${probe}\`: without it ${consequence(probe)}.`,
          related: policyDemand(context, 'health.require'),
          fixes:
            port && !valueAt(yaml.root, 'health', probe)
              ? fixOf(`Add \`health.${probe}\``, setValue(yaml, ['health', probe], `{ http: { port: ${port}, path: /health } }`), true)
              : [],
        })),
    );
  },
};

function consequence(probe: string): string {
  if (probe === 'liveness') return 'a process that hangs is never restarted';
  if (probe === 'startup') return 'a slow start is taken for a failure';
  return 'requests come before the process can answer, and a bad release counts as running';
}

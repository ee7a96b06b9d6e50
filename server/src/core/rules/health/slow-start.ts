import { entryOf, valueAt } from '../../yaml/tree.ts';
import { setHere } from '../environmentNodes.ts';
import { jdkOf } from '../jdkOf.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { addEntry, fixOf } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';
import { probeTimes } from '../probes.ts';

/** Seconds that a server on a JVM is given to start before its liveness is judged. */
const patience = 60;

/** A probe that kills gives a JVM the time to start. */
export const rule: ManifestRule = {
  summary: 'A service with a JDK has a `startup` probe, or its `liveness` waits a minute.',
  severity: 'info',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, (deployed) => {
      const health = valueAt(deployed.tree, 'health');
      const key = entryOf(health, 'liveness');
      const times = probeTimes(key?.value);
      if (key?.value.kind !== 'map' || !times || valueAt(health, 'startup') || !jdkOf(context, deployed.tree)) return [];
      const seconds = times.delay + times.period * times.failures;
      if (seconds >= patience) return [];
      const own = valueAt(context.yaml.root, 'health');
      const handler = (['http', 'tcp', 'command'] as const).flatMap((name) => entryOf(key.value, name) ?? [])[0];
      const { yaml } = context;
      const written = handler && yaml.text.slice(yaml.index.offsetAt(handler.keyRange.start), yaml.index.offsetAt(handler.value.range.end));
      const probe = written && !written.includes('\n') ? `{ ${written}, period: 5s, failureThreshold: 30 }` : undefined;
      const title = 'Add a `startup` probe that waits 150s';
      return [
        {
          range: key.keyRange,
          message: `\`liveness\` kills an instance that has not answered after ${seconds}s, and a JVM often starts slower than that: it would be killed again and again. A \`startup\` probe waits for it.`,
          fixes:
            probe === undefined
              ? []
              : own?.kind === 'map' && own.entries.includes(key)
                ? fixOf(title, addEntry(yaml, own, 'startup', probe), true)
                : setHere(context, deployed, ['health', 'startup'], probe, title),
        },
      ];
    }),
};

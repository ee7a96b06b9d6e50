import { durationSeconds } from '../../service/amounts.ts';
import { entryOf, textAt, valueAt } from '../../yaml/tree.ts';
import { setHere } from '../environmentNodes.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';
import { probeTimes } from '../probes.ts';

/** A rollout waits as long as an instance may take to start. */
export const rule: ManifestRule = {
  summary: '`rollout.progressDeadline` is longer than `health.startup` may take.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, (deployed) => {
      const { tree } = deployed;
      const key = entryOf(valueAt(tree, 'health'), 'startup');
      const times = probeTimes(key?.value);
      const node = valueAt(tree, 'rollout', 'progressDeadline');
      const deadline = durationSeconds(textAt(node) ?? '600s');
      if (key?.value.kind !== 'map' || !times || deadline === undefined) return [];
      const seconds = times.delay + times.period * times.failures;
      if (seconds <= deadline) return [];
      const wanted = `${Math.ceil((seconds * 1.5) / 60) * 60}s`;
      return [
        {
          range: node?.range ?? key.keyRange,
          message: `The rollout is given up after ${textAt(node) ?? '600s'}; \`startup\` gives an instance ${seconds}s. A slow start is reported as a failure.`,
          fixes: node
            ? replaced(node, wanted, true)
            : setHere(context, { tree }, ['rollout', 'progressDeadline'], wanted, `Wait ${wanted} for the rollout`),
        },
      ];
    }),
};

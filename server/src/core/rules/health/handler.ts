import { entryOf, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';
import { handlersOf, probeNames } from '../probes.ts';
import type { Report } from '../rule.ts';

/** A probe asks in one way: a cluster refuses none and several alike. */
export const rule: ManifestRule = {
  summary: 'A probe has exactly one of `http`, `tcp` and `command`.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) =>
      probeNames.flatMap((name): readonly Report[] => {
        const entry = entryOf(valueAt(tree, 'health'), name);
        if (entry?.value.kind !== 'map') return [];
        const handlers = handlersOf(entry.value);
        if (handlers.length === 1) return [];
        const what =
          handlers.length === 0
            ? `\`${name}\` asks nothing: give it one of \`http\`, \`tcp\` and \`command\`.`
            : `\`${name}\` has ${handlers.map((one) => `\`${one}\``).join(' and ')}: a probe asks in one way, and the cluster refuses this. An override removes one with \`null\`.`;
        return [{ range: entry.keyRange, message: what }];
      }),
    ),
};

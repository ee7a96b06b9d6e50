import { entryOf, itemsAt, numberAt, textAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { everywhere } from '../perEnvironment.ts';

/** A canary runs beside the stable instances. */
export const rule: ManifestRule = {
  summary: 'A service with a canary binds no fixed port of the machines.',
  severity: 'info',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    everywhere(context, ({ tree }) => {
      const key = entryOf(tree, 'canary');
      const fixed = itemsAt(tree, 'ports').find((port) => numberAt(port, 'port') !== undefined);
      if (key?.value.kind !== 'map' || !fixed || textAt(tree, 'network', 'mode') !== 'host') return [];
      return [
        {
          range: key.keyRange,
          message: `In host mode port \`${textAt(fixed, 'name')}\` is bound by the stable instance: a canary needs a machine of its own, or \`port: auto\`.`,
        },
      ];
    }),
};

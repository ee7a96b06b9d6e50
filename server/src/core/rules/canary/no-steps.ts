import { entryOf, itemsAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { fixOf, setValue } from '../manifestEdits.ts';
import { everywhere } from '../perEnvironment.ts';

/** A canary goes somewhere. */
export const rule: ManifestRule = {
  summary: '`canary` has `steps`.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    everywhere(context, ({ tree }) => {
      const key = entryOf(tree, 'canary');
      if (key?.value.kind !== 'map' || itemsAt(key.value, 'steps').length > 0) return [];
      const steps = '[{ weight: 10, pause: 10m }, { weight: 50, pause: manual }]';
      const edit = valueAt(context.yaml.root, 'canary') ? setValue(context.yaml, ['canary', 'steps'], steps) : undefined;
      return [
        {
          range: key.keyRange,
          message: 'A canary without `steps` never gets a request: say how much it gets, and how long each step lasts.',
          fixes: fixOf('Add two steps', edit, true),
        },
      ];
    }),
};

import { booleanAt, entriesAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** What `{ required: true }` asks for is given in every environment. */
export const rule: ManifestRule = {
  summary: 'A variable that is `required` has a value in every environment.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree, environment }) =>
      // Without environments nothing could give the value.
      (environment ? entriesAt(tree, 'env') : [])
        .filter(({ value }) => value.kind === 'map' && booleanAt(value, 'required') === true)
        .map(({ key, keyRange }) => ({
          range: keyRange,
          message: `\`${key}\` is required and has no value: it is not deployed before \`environments.<name>.env.${key}\` is set.`,
        })),
    ),
};

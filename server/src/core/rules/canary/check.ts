import { entryOf, itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** A check can fail. */
export const rule: ManifestRule = {
  summary: 'A check of a canary asks something and says which answers are good.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) =>
      itemsAt(tree, 'canary', 'checks').flatMap((check): readonly Report[] => {
        const name = valueAt(check, 'name');
        const http = entryOf(check, 'http');
        if (!name) return [];
        if (!http)
          return [
            { range: name.range, message: `\`${textAt(name)}\` asks nothing: give it an \`http\` with a \`url\` and \`max\` or \`min\`.` },
          ];
        if (!valueAt(http.value, 'jsonPath') || valueAt(http.value, 'max') || valueAt(http.value, 'min')) return [];
        return [
          {
            range: http.keyRange,
            message: `\`${textAt(name)}\` reads a number and no answer is a bad one: set \`max\` or \`min\`.`,
          },
        ];
      }),
    ),
};

import { itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** A verification checks something. */
export const rule: ManifestRule = {
  summary: 'An entry of `verify` has one of `http`, `command` and `job`.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) =>
      itemsAt(tree, 'verify').flatMap((item): readonly Report[] => {
        const name = valueAt(item, 'name');
        const ways = ['http', 'command', 'job'].filter((way) => valueAt(item, way));
        if (!name || ways.length === 1) return [];
        const what =
          ways.length > 1
            ? `has ${ways.map((way) => `\`${way}\``).join(' and ')}: which of them decides is not said. Make it ${ways.length}`
            : 'checks nothing: give it `http`, `command` or `job`';
        return [{ range: name.range, message: `\`${textAt(name)}\` ${what}.` }];
      }),
    ),
};

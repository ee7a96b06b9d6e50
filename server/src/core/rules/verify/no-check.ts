import { itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** A verification checks something. */
export const rule: ManifestRule = {
  summary: 'An entry of `verify` has either `http` or `command`.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, ({ tree }) =>
      itemsAt(tree, 'verify').flatMap((item): readonly Report[] => {
        const name = valueAt(item, 'name');
        const [http, command] = [valueAt(item, 'http'), valueAt(item, 'command')];
        if (!name || (http === undefined) !== (command === undefined)) return [];
        const what = http
          ? 'has `http` and `command`: which of them decides is not said. Make it two'
          : 'checks nothing: give it `http` or `command`';
        return [{ range: name.range, message: `\`${textAt(name)}\` ${what}.` }];
      }),
    ),
};

import { itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import { endOfLife } from '../endOfLife.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** Base images stand on operating systems that still get fixes. */
export const rule: ManifestRule = {
  summary: 'Base images stand on OS images that are not past their end of life.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  on: ['standards'],
  check: ({ yaml, standards, workspace }) =>
    itemsAt(yaml.root, 'baseImages').flatMap((item) => {
      const node = valueAt(item, 'os');
      const os = standards?.images.find((image) => image.layer === 'os' && image.name === textAt(node));
      // Who deprecates either of them knows.
      if (!node || !os || os.deprecated || valueAt(item, 'deprecated')) return [];
      const end = endOfLife(workspace.today, os.eol);
      if (!end) return [];
      const own = textAt(item, 'name') ?? '';
      return [
        {
          range: node.range,
          message: `\`${os.name}\`, which \`${own}\` stands on, ${end.words}. Deprecate it, or move to another.`,
          related: [{ location: os.location, message: `\`${os.name}\` in the standards` }],
          ...(end.past ? {} : { severity: 'info' as const }),
        },
      ];
    }),
};

import { itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { withoutItem } from '../manifestEdits.ts';

/** A waiver that has run out accepts nothing; the findings are back, louder. */
export const rule: ManifestRule = {
  summary: 'Waivers have not expired.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['standards'],
  check: ({ yaml, workspace }) =>
    itemsAt(yaml.root, 'waivers').flatMap((waiver) => {
      const expires = valueAt(waiver, 'expires');
      const day = textAt(expires) ?? '';
      if (!expires || !/^\d{4}-\d\d-\d\d$/.test(day) || day >= workspace.today) return [];
      const id = textAt(waiver, 'id') ?? '';
      const edit = withoutItem(yaml, waiver);
      return [
        {
          range: expires.range,
          message: `The waiver \`${id}\` expired on ${day}: its findings are shown again, one level louder. Mend them, or agree on a later day.`,
          fixes: edit ? [{ title: `Remove the waiver \`${id}\``, edits: [edit], preview: true }] : [],
        },
      ];
    }),
};

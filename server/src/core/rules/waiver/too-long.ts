import { itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';

/** A waiver is looked at again within a year. */
export const rule: ManifestRule = {
  summary: 'Waivers expire within a year.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['standards'],
  check: ({ yaml, workspace }) =>
    itemsAt(yaml.root, 'waivers').flatMap((waiver) => {
      const expires = valueAt(waiver, 'expires');
      const day = textAt(expires) ?? '';
      const last = yearAfter(workspace.today);
      if (!expires || !/^\d{4}-\d\d-\d\d$/.test(day) || day <= last) return [];
      const id = textAt(waiver, 'id') ?? '';
      return [
        {
          range: expires.range,
          message: `The waiver \`${id}\` holds until ${day}, more than a year from now: nobody will remember why. Let it expire by ${last}, and agree on it anew then.`,
          fixes: replaced(expires, last, true),
        },
      ];
    }),
};

/** The same day of the next year; of a leap day, the day before. */
function yearAfter(day: string): string {
  const next = `${Number(day.slice(0, 4)) + 1}${day.slice(4)}`;
  return next.endsWith('-02-29') ? next.replace('-29', '-28') : next;
}

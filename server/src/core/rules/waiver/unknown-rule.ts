import { suggest } from '../../text/suggest.ts';
import { itemsAt, textAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** A waiver for a rule that does not exist waives nothing. */
export const rule: ManifestRule = {
  summary: 'Waivers name rules that exist.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['standards'],
  check: ({ yaml, names }) =>
    itemsAt(yaml.root, 'waivers')
      .flatMap((waiver) => itemsAt(waiver, 'rules'))
      .flatMap((item) => {
        const name = textAt(item);
        if (name === undefined || names.knows(name)) return [];
        const near = suggest(name, names.all);
        const message = `There is no rule \`${name}\`, so nothing is waived.${near ? ` Did you mean \`${near}\`?` : ''}`;
        const fixes = near ? [{ title: `Change to \`${near}\``, edits: [{ range: item.range, text: near }], preview: true }] : [];
        return [{ range: item.range, message, fixes }];
      }),
};

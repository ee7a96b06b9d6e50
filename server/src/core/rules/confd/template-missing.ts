import { confdSetting } from '../../confd/parse.ts';
import { suggest } from '../../text/suggest.ts';
import { templatesOf } from '../confdFacts.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** confd looks for templates in one folder. */
export const rule: ManifestRule = {
  summary: '`src` is a template in the folder `templates` beside `conf.d`.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['confd'],
  check(context) {
    const src = confdSetting(context.confd?.template, 'src');
    // Templates under other names are not read here.
    if (src?.text === undefined || !src.text.endsWith('.tmpl')) return [];
    const known = [...templatesOf(context).keys()];
    const path = src.text.replace(/^\.?\/+/, '');
    if (known.includes(path)) return [];
    const near = suggest(path, known) ?? (known.length === 1 ? known[0] : undefined);
    const where = src.text.startsWith('/') ? ' `src` is relative to that folder, with a slash in front too.' : '';
    return [
      {
        range: src.valueRange,
        message: `There is no template \`${path}\` in \`templates\`.${where}${near ? ` Did you mean \`${near}\`?` : ''}`,
        // All templates may be made elsewhere.
        severity: known.length > 0 ? 'error' : 'warning',
        fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range: src.valueRange, text: `"${near}"` }] }] : [],
      },
    ];
  },
};

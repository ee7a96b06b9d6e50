import { type ConfdSetting, confdSetting } from '../../confd/parse.ts';
import { covers, keysRead, plainKey } from '../../confd/resource.ts';
import { templateOf } from '../confdFacts.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** What is not below `keys` is not fetched, and empty for the template. */
export const rule: ManifestRule = {
  summary: 'Every key that the template reads by name is below one of `keys`.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['confd'],
  check(context) {
    const keys = confdSetting(context.confd?.template, 'keys');
    const template = templateOf(context);
    if (!keys?.items || !template) return [];
    const listed = keys.items.map(({ text }) => text);
    const missing = keysRead(template.file.text).filter(({ path }) => !listed.some((key) => covers(key, path)));
    const first = missing[0];
    if (!first) return [];
    const wanted = [...new Set(missing.map(({ path }) => topOf(path)))];
    const names = [...new Set(missing.map(({ path }) => `\`${path}\``))];
    return [
      {
        range: keys.valueRange,
        message: `The template reads ${names.join(', ')}, which ${names.length === 1 ? 'is' : 'are'} not below \`keys\`: confd does not fetch ${names.length === 1 ? 'it' : 'them'}.`,
        related: [{ location: { uri: template.file.uri, range: first.range }, message: 'It is read here' }],
        fixes: wanted.includes('/') ? [] : add(context, keys, wanted),
      },
    ];
  },
};

/** The fixed beginning of what is read: `/ORDER_production` of `/ORDER_production/*`. */
function topOf(path: string): string {
  const dynamic = /[*?[%$]/.exec(path);
  return plainKey(dynamic ? path.slice(0, path.lastIndexOf('/', dynamic.index)) : path);
}

function add({ confd }: ManifestContext, keys: ConfdSetting, wanted: readonly string[]): NonNullable<Report['fixes']> {
  const last = keys.items?.at(-1);
  const text = wanted.map((key) => `"${key}"`).join(', ');
  if (!confd) return [];
  const edit = last
    ? { range: { start: last.range.end, end: last.range.end }, text: `, ${text}` }
    : { range: keys.valueRange, text: `[${text}]` };
  return [{ title: `Add ${wanted.map((key) => `\`${key}\``).join(', ')}`, edits: [edit] }];
}

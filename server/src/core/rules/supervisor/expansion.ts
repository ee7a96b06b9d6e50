import { expansions, knownSection } from '../../supervisor/keys.ts';
import type { Setting, SupervisorFile } from '../../supervisor/parse.ts';
import { suggest } from '../../text/suggest.ts';
import type { ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** Values are filled in with Python's `%`: a name that is unknown, or a lone `%`, is an error at the start. */
export const rule: ManifestRule = {
  summary: '`%(name)s` names what Supervisor fills in, and a percent sign of its own is written twice.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['supervisor'],
  check: ({ supervisor }) =>
    (supervisor?.sections ?? []).flatMap(({ kind, settings }) => {
      const known = knownSection(kind);
      if (!supervisor || !known || known.open || kind === 'supervisorctl' || kind === 'group') return [];
      const names = known.named ? expansions : ['here', 'host_node_name'];
      return settings.flatMap((setting) => judge(supervisor, setting, names));
    }),
};

function judge({ text, index }: SupervisorFile, { valueStart, valueRange, value }: Setting, names: readonly string[]): readonly Report[] {
  if (!value.includes('%')) return [];
  const end = index.offsetAt(valueRange.end);
  // A comment in a continued value is no part of it.
  if (value.includes('\n')) return [];
  return [...text.slice(valueStart, end).matchAll(/%(?:%|\((\w*)\)(?:0?\d*[sd])?)?/g)].flatMap((match): readonly Report[] => {
    const at = valueStart + match.index;
    const [whole, name] = match;
    if (whole === '%%') return [];
    const range = index.range(at, at + whole.length);
    if (name === undefined) {
      return [
        {
          range,
          message: 'A lone `%` ends the start of Supervisor: write `%%`.',
          fixes: [{ title: 'Write `%%`', edits: [{ range, text: '%%' }] }],
        },
      ];
    }
    if (!/[sd]$/.test(whole)) {
      const fixes = [{ title: `Change to \`%(${name})s\``, edits: [{ range, text: `%(${name})s` }] }];
      return [{ range, message: `\`${whole}\` lacks the letter that says how it is written: \`%(${name})s\`.`, fixes }];
    }
    if (name.startsWith('ENV_') || names.includes(name)) return [];
    const near = suggest(name, names);
    const word = index.range(at + 2, at + 2 + name.length);
    const hint = near ? ` Did you mean \`${near}\`?` : /^[A-Z_]+$/.test(name) ? ` Variables are written \`%(ENV_${name})s\`.` : '';
    const wanted = near ?? (/^[A-Z_]+$/.test(name) ? `ENV_${name}` : undefined);
    return [
      {
        range: word,
        message: `Supervisor fills in no \`${name}\` here, and does not start.${hint}`,
        fixes: wanted ? [{ title: `Change to \`${wanted}\``, edits: [{ range: word, text: wanted }] }] : [],
      },
    ];
  });
}

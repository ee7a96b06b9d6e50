import { type ConfdTable, confdSetting } from '../../confd/parse.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** Commands that judge a configuration without using it. */
const checks: readonly (readonly [RegExp, string])[] = [
  [/nginx/i, 'nginx -t -c {{.src}}'],
  [/haproxy/i, 'haproxy -c -f {{.src}}'],
  [/apache|httpd/i, 'httpd -t -f {{.src}}'],
  [/prometheus/i, 'promtool check config {{.src}}'],
];

/** A file with a mistake does not replace a good one. */
export const rule: ManifestRule = {
  summary: 'A resource that reloads a program checks the new file first.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['confd'],
  check(context) {
    const table = context.confd?.template;
    const reload = confdSetting(table, 'reload_cmd');
    const check = confdSetting(table, 'check_cmd');
    if (!table || !reload) return [];
    if (check?.text === undefined) {
      if (check) return [];
      return [
        {
          range: reload.keyRange,
          message:
            'A broken file replaces the good one, and the program is reloaded with it: set `check_cmd`, with `{{.src}}` for the new file.',
          fixes: add(context, table),
        },
      ];
    }
    if (/\{\{-?\s*\.src\s*-?\}\}/.test(check.text)) return [];
    return [
      {
        range: check.valueRange,
        message: 'This checks the file that is there, not the new one: the new one is `{{.src}}`.',
      },
    ];
  },
};

/** Files of nginx that are included in another cannot be checked by themselves. */
function add({ confd }: ManifestContext, table: ConfdTable): NonNullable<Report['fixes']> {
  const dest = confdSetting(table, 'dest')?.text ?? '';
  const command = checks.find(([pattern]) => pattern.test(dest))?.[1];
  if (!command || !confd || /\/(?:conf\.d|sites-\w+|upstreams?|includes?)\//.test(dest)) return [];
  return [
    {
      title: 'Check the new file first',
      edits: [{ range: confd.index.range(table.end, table.end), text: `\ncheck_cmd = "${command}"` }],
      preview: true,
    },
  ];
}

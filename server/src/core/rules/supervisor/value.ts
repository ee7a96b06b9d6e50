import { type KnownKey, knownSection, type ValueKind, valueWords } from '../../supervisor/keys.ts';
import type { Setting } from '../../supervisor/parse.ts';
import { suggest } from '../../text/suggest.ts';
import type { ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** What Supervisor's own readers take (`supervisor/datatypes.py`). */
const shapes: Readonly<Partial<Record<ValueKind, { readonly good: RegExp; readonly words: string }>>> = {
  boolean: { good: /^(?:true|false|yes|no|on|off|1|0)$/i, words: '`true` or `false`' },
  restart: { good: /^(?:true|false|yes|no|on|off|1|0|unexpected)$/i, words: '`true`, `false` or `unexpected`' },
  integer: { good: /^-?\d+$/, words: 'a whole number' },
  bytes: { good: /^\d+(?:[kmg]b)?$/i, words: 'a size such as `0`, `512KB`, `50MB`' },
  level: {
    good: /^(?:crit(?:ical)?|error?|warn(?:ing)?|info|debu?g?|debug|trac?e?|trace|blat(?:her)?)$/i,
    words: '`error`, `warn`, `info` or `debug`',
  },
  signal: { good: /^(?:SIG)?[A-Z0-9]+$/i, words: 'a signal such as `TERM` or `QUIT`' },
  octal: { good: /^[0-7]+$/, words: 'an octal number such as `022`' },
};

/** Values are what their keys take. */
export const rule: ManifestRule = {
  summary: 'Values of switches, numbers, sizes, levels and signals can be read by Supervisor.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['supervisor'],
  check: ({ supervisor }) =>
    (supervisor?.sections ?? []).flatMap(({ kind, settings }) => {
      const keys = knownSection(kind)?.keys ?? [];
      return settings.flatMap(
        (setting) =>
          judge(
            setting,
            keys.find(({ name }) => name === setting.key),
          ) ?? [],
      );
    }),
};

function judge({ key, value, valueRange }: Setting, known: KnownKey | undefined): Report | undefined {
  const shape = known && shapes[known.kind];
  // What is filled in from the environment is not known here.
  if (!known || !shape || value === '' || value.includes('%(') || shape.good.test(value)) return undefined;
  const near = suggest(value, valueWords[known.kind] ?? []);
  return {
    range: valueRange,
    message: `\`${key}\` takes ${shape.words}, and Supervisor does not start with \`${value}\`.`,
    fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range: valueRange, text: near }] }] : [],
  };
}

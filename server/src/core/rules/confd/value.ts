import { type ConfdKey, configKeys, templateKeys } from '../../confd/keys.ts';
import { type ConfdSetting, confdSetting } from '../../confd/parse.ts';
import { baseName } from '../../text/uris.ts';
import type { ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

const words: Readonly<Record<ConfdKey['kind'], string>> = {
  text: 'a text in quotes',
  list: 'a list of texts',
  number: 'a number',
  boolean: '`true` or `false`',
};

/** confd does not start with a value of another kind, or without a template. */
export const rule: ManifestRule = {
  summary: 'Values are of the kind that confd reads; a template resource has `src`, `dest` and `keys`.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['confd'],
  check({ confd, uri }) {
    const config = baseName(uri).toLowerCase() === 'confd.toml';
    const table = config ? confd?.tables.find(({ name }) => name === '') : confd?.template;
    if (!table) return [];
    const keys = config ? configKeys : templateKeys;
    const missing = keys.filter(({ name, required }) => required && !confdSetting(table, name)).map(({ name }) => `\`${name}\``);
    return [
      ...(missing.length > 0
        ? [
            {
              range: table.range,
              message: `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing: confd has nothing to do here.`,
            },
          ]
        : []),
      ...table.settings.flatMap(
        (setting) =>
          judge(
            setting,
            keys.find(({ name }) => name === setting.key),
          ) ?? [],
      ),
    ];
  },
};

function judge(setting: ConfdSetting, known: ConfdKey | undefined): Report | undefined {
  const { kind, key, valueRange, text, number } = setting;
  if (!known) return undefined;
  if (kind !== known.kind) {
    const fixed =
      known.kind === 'list' && text !== undefined ? `["${text}"]` : known.kind === 'number' && /^\d+$/.test(text ?? '') ? text : undefined;
    const mode = known.name === 'mode' && number !== undefined ? `"0${number.toString(8)}"` : undefined;
    return report(valueRange, `\`${key}\` is ${words[known.kind]}.`, fixed ?? mode);
  }
  if (key !== 'mode' || text === undefined || /^0o?[0-7]{3,4}$/.test(text)) return undefined;
  const octal = /^[0-7]{3}$/.test(text);
  return report(
    valueRange,
    octal
      ? `Without the leading zero \`${text}\` is read as a decimal number, and the rights are others.`
      : `\`${text}\` are no rights: write them in octal, as \`0644\`.`,
    octal ? `"0${text}"` : undefined,
  );
}

function report(range: Report['range'], message: string, fixed: string | undefined): Report {
  return { range, message, fixes: fixed === undefined ? [] : [{ title: `Change to \`${fixed}\``, edits: [{ range, text: fixed }] }] };
}

import { configKeys, templateKeys } from '../../confd/keys.ts';
import type { ConfdTable } from '../../confd/parse.ts';
import { suggest } from '../../text/suggest.ts';
import { baseName } from '../../text/uris.ts';
import type { ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** confd passes over what it does not know, without a word. */
export const rule: ManifestRule = {
  summary: 'Keys of a template resource, and of `confd.toml`, are ones that confd knows.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['confd'],
  check({ confd, uri }) {
    if (!confd || confd.problems.length > 0) return [];
    if (baseName(uri).toLowerCase() === 'confd.toml')
      return confd.tables
        .filter(({ name }) => name === '')
        .flatMap((table) =>
          unknown(
            table,
            configKeys.map(({ name }) => name),
          ),
        );
    const names = templateKeys.map(({ name }) => name);
    if (confd.template) return unknown(confd.template, names);
    // A folder `conf.d` is many programs': only what looks like confd's is judged.
    return confd.tables.flatMap((table) => {
      if (table.name === '')
        return table.settings.some(({ key }) => key === 'src' || key === 'dest')
          ? [
              {
                range: table.settings[0]?.keyRange ?? table.range,
                message: 'This stands outside of `[template]`, and confd passes over it: write `[template]` above.',
              },
            ]
          : [];
      const near = suggest(table.name, ['template']);
      return near ? [changed(table.range, `confd reads \`[template]\` alone.`, near)] : [];
    });
  },
};

function unknown({ settings }: ConfdTable, names: readonly string[]): readonly Report[] {
  return settings.flatMap(({ key, keyRange }) => {
    // confd compares names without case.
    if (names.includes(key.toLowerCase())) return [];
    const near = suggest(key, names);
    const message = `confd has no \`${key}\` and passes over it.`;
    return [near ? changed(keyRange, message, near) : { range: keyRange, message }];
  });
}

function changed(range: Report['range'], message: string, near: string): Report {
  return {
    range,
    message: `${message} Did you mean \`${near}\`?`,
    fixes: [{ title: `Change to \`${near}\``, edits: [{ range, text: near }] }],
  };
}

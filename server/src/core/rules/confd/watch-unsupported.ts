import { confdSetting } from '../../confd/parse.ts';
import { baseName } from '../../text/uris.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** Backends that confd does not watch: with the first two it ends, with the others nothing ever changes. */
const ends = ['dynamodb', 'ssm'];
const still = ['vault', 'env'];

/** Changes are waited for where they can be. */
export const rule: ManifestRule = {
  summary: '`watch` is on for backends that can be watched.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['confd'],
  check({ confd, uri }) {
    const table = confd?.tables.find(({ name }) => name === '');
    const watch = confdSetting(table, 'watch');
    const backend = confdSetting(table, 'backend')?.text;
    if (!confd || baseName(uri).toLowerCase() !== 'confd.toml' || watch?.kind !== 'boolean' || backend === undefined) return [];
    const on = confd.text.slice(confd.index.offsetAt(watch.valueRange.start), confd.index.offsetAt(watch.valueRange.end)) === 'true';
    if (!on || !(ends.includes(backend) || still.includes(backend))) return [];
    return [
      {
        range: watch.valueRange,
        message: ends.includes(backend)
          ? `confd cannot watch \`${backend}\` and ends at its start: set an \`interval\`.`
          : `confd cannot watch \`${backend}\`: after the start no change is ever seen. Set an \`interval\`.`,
        fixes: [{ title: 'Ask every `interval` instead', edits: [{ range: watch.valueRange, text: 'false' }] }],
      },
    ];
  },
};

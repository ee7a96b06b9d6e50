import { settingOf } from '../../supervisor/parse.ts';
import { addSetting } from '../companions.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** Several processes have several names. */
export const rule: ManifestRule = {
  summary: 'With `numprocs` above 1 the `process_name` has the number of the process in it.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['supervisor'],
  check: ({ supervisor }) =>
    (supervisor?.sections ?? []).flatMap((section) => {
      const count = settingOf(section, 'numprocs');
      const name = settingOf(section, 'process_name');
      if (!supervisor || !count || Number(count.value) <= 1 || Number.isNaN(Number(count.value)) || name?.value.includes('process_num'))
        return [];
      const wanted = '%(program_name)s_%(process_num)02d';
      const edit = name ? { range: name.valueRange, text: wanted } : addSetting(supervisor, section, `process_name=${wanted}`);
      return [
        {
          range: (name ?? count).valueRange,
          message: `${count.value} processes would have one name, and Supervisor does not start: \`process_name\` needs \`%(process_num)02d\`.`,
          fixes: [{ title: `Name them \`${wanted}\``, edits: [edit] }],
        },
      ];
    }),
};

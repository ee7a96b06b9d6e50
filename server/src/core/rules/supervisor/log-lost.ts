import { isTrue, type Section, settingOf } from '../../supervisor/parse.ts';
import { addSetting } from '../companions.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** Without a word Supervisor writes what programs say into temporary files, which it deletes at the next start. */
export const rule: ManifestRule = {
  summary: 'What a program writes goes to stdout of the container, to a file that is collected, or nowhere on purpose.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['supervisor'],
  check: ({ supervisor }) =>
    (supervisor?.sections ?? []).flatMap((section) => {
      if (!supervisor || (section.kind !== 'program' && section.kind !== 'fcgi-program') || isTrue(settingOf(section, 'stdout_syslog')))
        return [];
      const log = settingOf(section, 'stdout_logfile');
      if (log && !/^auto$/i.test(log.value)) return [];
      const lines = ['stdout_logfile=/dev/stdout', ...(settingOf(section, 'stdout_logfile_maxbytes') ? [] : ['stdout_logfile_maxbytes=0'])];
      const edits = log
        ? [{ range: log.valueRange, text: lines.join('\n').replace(/^stdout_logfile=/, '') }]
        : [addSetting(supervisor, section, lines.join('\n'))];
      return [
        {
          range: log?.valueRange ?? section.range,
          message: `What \`${section.name ?? ''}\` writes goes into a temporary file that the next start deletes: it reaches no log. Set \`stdout_logfile=/dev/stdout\` with \`stdout_logfile_maxbytes=0\`.`,
          fixes: setsMaxbytes(section) ? [] : [{ title: 'Write to stdout of the container', edits }],
        },
      ];
    }),
};

/** A size that somebody chose is for a file that they have in mind. */
function setsMaxbytes(section: Section): boolean {
  const limit = settingOf(section, 'stdout_logfile_maxbytes');
  return limit !== undefined && limit.value !== '0';
}

import { knownSection } from '../../supervisor/keys.ts';
import { type Section, type SupervisorFile, settingOf } from '../../supervisor/parse.ts';
import { addSetting } from '../companions.ts';
import type { ManifestRule } from '../manifestContext.ts';
import type { Fix } from '../rule.ts';

/** What Supervisor does not start without. */
export const rule: ManifestRule = {
  summary: 'Programs have a `command`, event listeners their `events`, groups their `programs`.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['supervisor'],
  check: ({ supervisor }) =>
    (supervisor?.sections ?? []).flatMap((section) => {
      const missing = (knownSection(section.kind)?.keys ?? []).filter(
        ({ name, required }) => required && (settingOf(section, name)?.value ?? '') === '',
      );
      return missing.map(({ name, about }) => ({
        range: section.range,
        message: `\`${name}\` is missing, and Supervisor does not start without: ${about.replace(/^\w/, (letter) => letter.toLowerCase())}`,
        fixes: supervisor && section.kind === 'group' && name === 'programs' ? withPrograms(supervisor, section) : [],
      }));
    }),
};

/** The programs of the file that no other group has. What a program runs, and what a listener waits for, only its author knows. */
function withPrograms(file: SupervisorFile, group: Section): readonly Fix[] {
  const taken = file.sections
    .filter(({ kind }) => kind === 'group')
    .flatMap((section) => settingOf(section, 'programs')?.value.split(/[\s,]+/) ?? []);
  const programs = file.sections.filter(({ kind }) => kind === 'program' || kind === 'fcgi-program').flatMap(({ name }) => name ?? []);
  const free = programs.filter((name) => !taken.includes(name));
  if (free.length === 0) return [];
  const text = free.join(',');
  const empty = settingOf(group, 'programs');
  const edit = empty ? { range: empty.valueRange, text } : addSetting(file, group, `programs=${text}`);
  return [{ title: `Set \`programs=${text}\``, edits: [edit], preview: true }];
}

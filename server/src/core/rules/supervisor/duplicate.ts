import type { Section, SupervisorFile } from '../../supervisor/parse.ts';
import type { ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** Of two settings the later one counts. */
export const rule: ManifestRule = {
  summary: 'A section, and a key of a section, is written once.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['supervisor'],
  check: ({ supervisor, uri }) =>
    supervisor ? [...sections(supervisor, uri), ...supervisor.sections.flatMap((section) => keys(supervisor, uri, section))] : [],
};

function sections({ sections }: SupervisorFile, uri: string): readonly Report[] {
  const titleOf = ({ kind, name }: Section) => `${kind}:${name ?? ''}`;
  return sections.flatMap((section, i) => {
    const first = sections.slice(0, i).find((other) => titleOf(other) === titleOf(section));
    if (!first) return [];
    return [
      {
        range: section.range,
        message: `This section is there already: Supervisor lays the two over each other, and what is here wins.`,
        related: [{ location: { uri, range: first.range }, message: 'The first one' }],
      },
    ];
  });
}

function keys({ index }: SupervisorFile, uri: string, { settings }: Section): readonly Report[] {
  return settings.flatMap((setting, i) => {
    const later = settings.slice(i + 1).find(({ key }) => key === setting.key);
    if (!later) return [];
    return [
      {
        range: setting.keyRange,
        message: `\`${setting.key}\` is set again below, and that one counts.`,
        tags: ['unnecessary' as const],
        related: [{ location: { uri, range: later.keyRange }, message: 'The one that counts' }],
        fixes: [{ title: 'Remove this one', edits: [{ range: index.range(setting.lines.start, setting.lines.end), text: '' }] }],
      },
    ];
  });
}

import { type Section, type Setting, type SupervisorFile, settingOf } from '../../supervisor/parse.ts';
import { suggest } from '../../text/suggest.ts';
import { itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import { serviceAround } from '../companions.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** Groups and the manifest name programs that the configuration has. */
export const rule: ManifestRule = {
  summary: 'Programs of groups exist, and programs are those that `process.supervisor.programs` of the service names.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['supervisor'],
  check(context) {
    const { supervisor } = context;
    const sections = supervisor?.sections ?? [];
    const programs = sections.filter(({ kind }) => kind === 'program' || kind === 'fcgi-program');
    // What other files bring is not known here.
    if (!supervisor || sections.some(({ kind }) => kind === 'include')) return [];
    return [...groups(supervisor, programs), ...manifest(context, programs)];
  },
};

function groups(file: SupervisorFile, programs: readonly Section[]): readonly Report[] {
  const known = programs.flatMap(({ name }) => name ?? []);
  return file.sections.flatMap((section) => {
    const setting = section.kind === 'group' ? settingOf(section, 'programs') : undefined;
    return setting ? unknownMembers(file, setting, known) : [];
  });
}

function unknownMembers({ text, index }: SupervisorFile, { valueStart, valueRange }: Setting, known: readonly string[]): readonly Report[] {
  const written = text
    .slice(valueStart, index.offsetAt(valueRange.end))
    .replace(/(?:^|\s)[;#].*$/gm, (comment) => ' '.repeat(comment.length));
  return [...written.matchAll(/[^\s,]+/g)].flatMap((match) => {
    if (known.includes(match[0])) return [];
    const range = index.range(valueStart + match.index, valueStart + match.index + match[0].length);
    const near = suggest(match[0], known);
    return [
      {
        range,
        message: `There is no \`[program:${match[0]}]\`, and Supervisor does not start.${near ? ` Did you mean \`${near}\`?` : ''}`,
        fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range, text: near }] }] : [],
      },
    ];
  });
}

/** A manifest without a list leaves it to this file. */
function manifest(context: ManifestContext, programs: readonly Section[]): readonly Report[] {
  const service = serviceAround(context);
  const items = itemsAt(service?.root, 'process', 'supervisor', 'programs');
  const listed = items.flatMap((item) => textAt(item, 'name') ?? []);
  if (!service || listed.length === 0) return [];
  return programs.flatMap(({ name, nameRange }): readonly Report[] => {
    if (!name || !nameRange || listed.includes(name)) return [];
    const near = suggest(
      name,
      listed.filter((one) => !programs.some((program) => program.name === one)),
    );
    const place = valueAt(items[0], 'name');
    return [
      {
        range: nameRange,
        message: `\`process.supervisor.programs\` of \`${service.name}\` has no \`${name}\`.${near ? ` Did you mean \`${near}\`?` : ' Whether it is critical is not known.'}`,
        severity: near ? 'warning' : 'info',
        related: place ? [{ location: { uri: service.uri, range: place.range }, message: `The programs of \`${service.name}\`` }] : [],
        fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range: nameRange, text: near }], preview: true }] : [],
      },
    ];
  });
}

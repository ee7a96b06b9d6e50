import { type KnownSection, knownSection, knownSections } from '../../supervisor/keys.ts';
import type { Section } from '../../supervisor/parse.ts';
import { suggest } from '../../text/suggest.ts';
import type { ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

/** Supervisor passes over what it does not know, without a word. */
export const rule: ManifestRule = {
  summary: 'Sections and keys are ones that Supervisor knows.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['supervisor'],
  check: ({ supervisor }) =>
    (supervisor?.sections ?? []).flatMap((section) => {
      const known = knownSection(section.kind);
      return known ? [...nameless(section, known), ...unknownKeys(section, known)] : [unknownSection(section)];
    }),
};

function unknownSection({ kind, kindRange }: Section): Report {
  const near = suggest(
    kind,
    knownSections.map(({ name }) => name),
  );
  return report(kindRange, `Supervisor has no section \`${kind}\` and passes over it.`, near);
}

function nameless(section: Section, { named, name }: KnownSection): readonly Report[] {
  if (!named || (section.name ?? '') !== '') return [];
  return [{ range: section.range, message: `This section needs a name: write \`[${name}:name]\`.`, severity: 'error' }];
}

function unknownKeys({ settings, kind }: Section, { keys, open }: KnownSection): readonly Report[] {
  if (open) return [];
  const names = keys.map(({ name }) => name);
  return settings.flatMap(({ key, keyRange }) => {
    if (names.includes(key)) return [];
    const elsewhere = knownSections.find((other) => other.keys.some(({ name }) => name === key));
    const hint = elsewhere ? ` It belongs to \`[${elsewhere.name}${elsewhere.named ? ':…' : ''}]\`.` : '';
    return [
      report(
        keyRange,
        `\`[${kind}]\` has no \`${key}\`: it is passed over, and the default counts.${hint}`,
        elsewhere ? undefined : suggest(key, names),
      ),
    ];
  });
}

function report(range: Report['range'], message: string, near: string | undefined): Report {
  if (near === undefined) return { range, message };
  return {
    range,
    message: `${message} Did you mean \`${near}\`?`,
    fixes: [{ title: `Change to \`${near}\``, edits: [{ range, text: near }] }],
  };
}

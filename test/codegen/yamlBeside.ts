/** docs/yaml.md: what our server and Red Hat's YAML language server offer at the same places, from the recorded answers of both. */
import { readFile } from 'node:fs/promises';
import { versions } from '../bench/cache.ts';
import { beside, type Question } from '../features/beside/positions.ts';
import type { Answer } from '../features/beside/servers.ts';

const titles: Readonly<Record<Question, string>> = {
  completion: 'Completion: the wanted word is among the first ten',
  hover: 'Hover',
  diagnostics: 'Diagnostics, at the place',
  definition: 'Definition',
  rename: 'Rename',
  fix: 'Quick fixes',
};

export default async function generate(): Promise<Record<string, string>> {
  const answers: Record<string, { readonly ours: Answer; readonly theirs: Answer }> = JSON.parse(
    await readFile(new URL('../features/beside/answers.json', import.meta.url), 'utf8'),
  );
  const rows = beside.map((place) => ({ place, ...answers[`${place.question}: ${place.name}`] }));
  const count = (who: 'ours' | 'theirs') => rows.filter((row) => row[who]?.useful).length;
  const sections = Object.entries(titles).flatMap(([question, title]) => [
    `## ${title}`,
    '',
    '| Place | Wanted | Waybill | Red Hat |',
    '| --- | --- | --- | --- |',
    ...rows
      .filter(({ place }) => place.question === question)
      .map(({ place, ours, theirs }) => `| ${place.name} | ${code(place.wants)} | ${cell(ours)} | ${cell(theirs)} |`),
    '',
  ]);
  return {
    'docs/yaml.md': [
      '<!-- Derived by test/codegen/yamlBeside.ts from the recorded answers in test/features/beside. -->',
      '# Manifests in Waybill and in a general YAML server',
      '',
      `Both servers are asked at ${rows.length} places of the same files: Waybill’s own, and Red Hat’s YAML language server ${versions.yamlLanguageServer}, ` +
        'which is given the schemas of `schemas/`. ✓ means that the answer holds what is wanted; what was said stands beside it. ' +
        `Waybill has it at ${count('ours')} of ${rows.length}, Red Hat’s server at ${count('theirs')}.`,
      '',
      'A general server knows one file and its schema. What another file defines, what the values amount to, and what a text means beyond its pattern it cannot know; ' +
        'for the rest it is a good server, and the schemas are written to be served by it: they are registered for its extension by file name.',
      '',
      ...sections,
    ].join('\n'),
  };
}

function cell(answer: Answer | undefined): string {
  const mark = answer?.useful ? '✓' : '–';
  return answer?.said ? `${mark} ${escaped(answer.said)}` : mark;
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*');
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

/** docs/agreement.md: how our findings compare with those of the peers, from the tables that the tests of the corpus hold to. */
import { readFile } from 'node:fs/promises';
import { recorded } from '../corpus/answers.ts';
import { type Comparison, compared } from '../corpus/compare.ts';
import { dockerfiles } from '../corpus/corpus.ts';
import { buildkitRows, explained, hadolintRows, type Row } from '../corpus/differences.ts';
import { syntaxRows } from '../corpus/syntaxDifferences.ts';

export default async function generate(): Promise<Record<string, string>> {
  const review = await readFile(new URL('../corpus/review.md', import.meta.url), 'utf8');
  return {
    'docs/agreement.md': [
      '<!-- Derived by test/codegen/agreement.ts. Change the tables in test/corpus, then run the tests with UPDATE=1. -->',
      '# Agreement with other linters',
      '',
      `${dockerfiles().length} Dockerfiles of test/corpus are judged by Waybill with every rule on, without standards, by BuildKit's own linter and by hadolint. ` +
        'A finding is the same when it is about the same rule and the same instruction. The tests fail on a difference that is not in these tables.',
      '',
      ...section('BuildKit', compared('buildkit'), buildkitRows),
      ...section('hadolint', compared('hadolint'), hadolintRows),
      '## Grammar',
      '',
      `BuildKit refuses ${[...recorded('buildkit').values()].filter(({ refused }) => refused).length} of the files, and each of those is reported. ` +
        'On the files and on damaged copies of them what its parser accepts is accepted, and what it refuses is reported, but for:',
      '',
      '| Who refuses | Message | Why |',
      '| --- | --- | --- |',
      ...syntaxRows.map(({ by, said, reason }) => `| ${by === 'ours' ? 'Waybill' : 'BuildKit'} | ${code(said.source)} | ${cell(reason)} |`),
      '',
      review.trimEnd(),
      '',
    ].join('\n'),
  };
}

function section(name: string, { same, differences, unread }: Comparison, rows: readonly Row[]): string[] {
  const count = (row: Row) => differences.filter((difference) => explained(difference) === row).length;
  return [
    `## ${name}`,
    '',
    `${same} findings are the same, ${differences.length} differ. ${unread.length} files ${name} does not read to the end.`,
    '',
    '| Rules | Said by | Findings | Verdict | Why |',
    '| --- | --- | ---: | --- | --- |',
    ...rows.map(
      (row) =>
        `| ${row.rules.join(', ')} | ${row.by === 'ours' ? 'Waybill' : name} | ${count(row)} | ${row.verdict} | ${cell(row.reason)} |`,
    ),
    '',
  ];
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => `\`${cell(text)}\``;

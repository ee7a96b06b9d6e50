import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askBuildkit } from '../bench/oracle.ts';
import { recorded } from './answers.ts';
import { dockerfiles } from './corpus.ts';
import { damaged, numbers } from './mutations.ts';
import { ownLinter, type Placed, refuses } from './ours.ts';
import { buildkitAnswers, hadolintAnswers, hadolintProgram } from './peers.ts';
import { type SyntaxRow, syntaxRows } from './syntaxDifferences.ts';

const mutations = 5_000;

/** Who alone refuses a document. Ports, and names that a FROM lacks without arguments, have rules of their own. */
function differenceOf(
  found: readonly Placed[],
  theirs: string | undefined,
): { readonly by: SyntaxRow['by']; readonly said: string } | undefined {
  const ours = refuses(found)?.message;
  if (theirs === undefined) return ours === undefined ? undefined : { by: 'ours', said: ours };
  const stops = ours !== undefined || found.some(({ finding: { rule, severity } }) => severity === 'error' || /in-from$/.test(rule));
  return stops ? undefined : { by: 'theirs', said: theirs };
}

describe('the grammar', () => {
  it(`is BuildKit's on the corpus and on ${mutations} damaged documents; every difference is explained`, async () => {
    const texts = dockerfiles().map(({ text }) => text);
    const random = numbers(7);
    const all = [...texts, ...Array.from({ length: mutations }, () => damaged(texts[random(texts.length)] ?? '', texts, random))];
    const parsed = await askBuildkit(all.map((text) => ({ ask: 'parse', text })));
    const converted = await askBuildkit(all.map((text) => ({ ask: 'lint', text })));
    const lint = ownLinter(false);
    const needed = new Set<SyntaxRow>();
    const open = all.flatMap((text, index) => {
      const difference = differenceOf(lint(text), parsed[index]?.refused ?? converted[index]?.refused);
      if (!difference) return [];
      const { by, said } = difference;
      const row = syntaxRows.find((one) => one.by === by && one.said.test(said) && (one.document?.test(text) ?? true));
      if (row) needed.add(row);
      return row ? [] : [`${by === 'ours' ? 'we alone refuse' : 'they alone refuse'}: ${said}\n${JSON.stringify(text)}`];
    });
    assert.deepEqual(open, []);
    assert.deepEqual(
      syntaxRows.filter((row) => !needed.has(row)).map(({ reason }) => reason),
      [],
      'each row explains something',
    );
  });
});

describe("the peers' records", () => {
  it("are BuildKit's answers of today", async () => {
    assert.deepEqual([...(await buildkitAnswers(dockerfiles()))], [...recorded('buildkit')]);
  });

  it("are hadolint's answers of today, where it is installed", (context) => {
    const program = hadolintProgram();
    // The record stands for it; hadolint itself is nobody's duty.
    if (!program) return context.diagnostic('hadolint is not installed: its record is not compared');
    assert.deepEqual([...hadolintAnswers(program, dockerfiles())], [...recorded('hadolint')]);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askBuildkit } from '../bench/oracle.ts';
import { recorded } from './answers.ts';
import { dockerfiles } from './corpus.ts';
import { damaged, numbers } from './mutations.ts';
import { ownLinter, refuses } from './ours.ts';
import { buildkitAnswers, hadolintAnswers, hadolintProgram } from './peers.ts';
import { syntaxRows } from './syntaxDifferences.ts';

const mutations = 2_000;

describe('the grammar', () => {
  it(`is BuildKit's on the corpus and on ${mutations} damaged documents; every difference is explained`, async () => {
    const texts = dockerfiles().map(({ text }) => text);
    const random = numbers(7);
    const all = [...texts, ...Array.from({ length: mutations }, () => damaged(texts[random(texts.length)] ?? '', texts, random))];
    const parsed = await askBuildkit(all.map((text) => ({ ask: 'parse', text })));
    const converted = await askBuildkit(all.map((text) => ({ ask: 'lint', text })));
    const lint = ownLinter(false);
    const open = all.flatMap((text, index) => {
      const ours = refuses(lint(text))?.message;
      const [first, second] = [parsed[index]?.refused, converted[index]?.refused];
      if (ours !== undefined ? (first ?? second) !== undefined : first === undefined) return [];
      const words = ours ?? first ?? '';
      const row = syntaxRows.find(
        ({ by, said, document }) => by === (ours ? 'ours' : 'theirs') && said.test(words) && (document?.test(text) ?? true),
      );
      return row ? [] : [`${ours ? 'we alone refuse' : 'they alone refuse'}: ${words}\n${JSON.stringify(text)}`];
    });
    assert.deepEqual(open, []);
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

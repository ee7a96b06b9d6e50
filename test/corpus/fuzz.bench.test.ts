// It needs no bench; it computes for seconds, and so runs beside the clusters that keep their tests waiting.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { formatDockerfile } from '../../server/src/core/features/formatDockerfile.ts';
import { lintDockerfile } from '../../server/src/core/features/lint.ts';
import { dockerfileUri, shop } from '../harness/shop.ts';
import { dockerfiles } from './corpus.ts';
import { fuzz } from './fuzzing.ts';

/** Least processor time of two runs, in ms. */
function cost(text: string): number {
  const workspace = shop({ standards: 'none' });
  const runs = Array.from({ length: 2 }, () => {
    const before = process.cpuUsage();
    lintDockerfile(parseDockerfile(dockerfileUri, text), workspace, { allRules: true });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...runs);
}

/** The whole corpus as one document, cut to a number of lines. */
function longFile(lines: number): string {
  const all = dockerfiles()
    .filter(({ name }) => !/heredoc|scripts|not-accepted|buildkit-flags|windows|iis|escape/.test(name))
    .flatMap(({ text }) =>
      text
        .replace(/^\uFEFF/, '')
        .trimEnd()
        .split(/\r?\n/),
    );
  return Array.from({ length: lines }, (_, line) => all[line % all.length]).join('\n');
}

describe('damaged documents of the corpus', () => {
  it('are judged without an exception, each within its deadline', () => {
    assert.ok(fuzz({ count: 1_500, seed: 20261124 }) > 0);
  });
});

describe('deep documents', () => {
  for (const [name, open, close] of [
    ['substitutions', '$(', ')'],
    ['quoted substitutions', '"$(', ')"'],
    ['sums', '$((', '))'],
    ['process substitutions', '<(', ')'],
  ] as const) {
    it(`of 50,000 ${name} within each other are read at once`, () => {
      const text = `FROM scratch\nRUN ${open.repeat(50_000)}`;
      assert.ok(cost(`${text}\n`) < 1_000);
      assert.ok(cost(`${text}${close.repeat(50_000)}\n`) < 1_000);
    });
  }
});

describe('long documents', () => {
  it('of 24,000 lines are formatted in time proportional to their length', () => {
    const formatting = (lines: number) => {
      const file = parseDockerfile(dockerfileUri, longFile(lines));
      const runs = Array.from({ length: 2 }, () => {
        const before = process.cpuUsage();
        formatDockerfile(file);
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
      });
      return Math.min(...runs);
    };
    formatting(2_000);
    const [small, large] = [formatting(6_000), formatting(24_000)];
    assert.ok(large < small * 9 + 100, `${small.toFixed(0)} ms for 6,000 lines, ${large.toFixed(0)} ms for 24,000`);
  });

  it('of 20,000 lines take time in proportion to their length', () => {
    cost(longFile(2_000));
    const [small, large] = [cost(longFile(5_000)), cost(longFile(20_000))];
    // Linear is 4, quadratic 16.
    assert.ok(large < small * 9 + 100, `${small.toFixed(0)} ms for 5,000 lines, ${large.toFixed(0)} ms for 20,000`);
  });

  for (const [name, head, piece] of [
    ['words', 'RUN echo', ' word'],
    ['commands', 'RUN true', ' && apt-get install -y a'],
    ['quotes', 'RUN echo ', '"a" \'b\' '],
    ['variables', 'ENV A=', '$' + '{B:-c}'],
    ['pairs', 'LABEL', ' a.b="c d"'],
    ['a word', 'COPY a ', 'x'],
    ['an array', 'CMD ["a"', ', "b"'],
    ['substitutions', 'RUN echo ', '$(true) '],
    ['openings', 'RUN ', '$('],
  ] as const) {
    it(`with a line of 100,000 characters (${name}) take time in proportion to its length`, () => {
      const line = (length: number) => `FROM scratch\n${head}${piece.repeat(Math.ceil(length / piece.length))}\n`;
      cost(line(5_000));
      const [small, large] = [cost(line(25_000)), cost(line(100_000))];
      assert.ok(large < small * 9 + 100, `${small.toFixed(0)} ms for 25,000 characters, ${large.toFixed(0)} ms for 100,000`);
    });
  }
});

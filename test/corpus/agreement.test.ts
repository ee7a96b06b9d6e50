import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recorded } from './answers.ts';
import { compared } from './compare.ts';
import { dockerfiles } from './corpus.ts';
import { buildkitRows, explained, hadolintRows } from './differences.ts';
import { ownLinter, refuses } from './ours.ts';

describe('the corpus', () => {
  it('has at least 300 different files', () => {
    const files = dockerfiles();
    assert.ok(files.length >= 300, `${files.length} files`);
    assert.equal(new Set(files.map(({ text }) => text)).size, files.length);
    assert.equal(new Set(files.map(({ name }) => name)).size, files.length);
  });

  for (const [peer, rows] of [
    ['buildkit', buildkitRows],
    ['hadolint', hadolintRows],
  ] as const) {
    it(`has a record of what ${peer} says of each file`, () => {
      assert.deepEqual(
        [...recorded(peer).keys()],
        dockerfiles().map(({ name }) => name),
      );
    });

    it(`finds what ${peer} finds, and every difference is explained`, () => {
      const { same, differences } = compared(peer);
      assert.ok(same > 100, `${same} findings are the same`);
      const open = differences.filter((difference) => !explained(difference));
      const shown = open.map(
        ({ rule, by, file, line, instruction }) => `${rule}, by ${by}, ${file} line ${line}: ${instruction.slice(0, 200)}`,
      );
      assert.deepEqual(shown, []);
      const needed = new Set(differences.map(explained));
      assert.deepEqual(
        rows.filter((row) => !needed.has(row)),
        [],
        'each row explains something',
      );
    });
  }

  it('is refused where BuildKit refuses it', () => {
    const lint = ownLinter(false);
    const buildkit = recorded('buildkit');
    const wrong = dockerfiles().filter(({ name, text }) => {
      const found = lint(text);
      // Without a value for its ARG a FROM has no name: a warning, because a build may give one.
      const stops = refuses(found) ?? found.find(({ finding: { rule, severity } }) => severity === 'error' || /in-from$/.test(rule));
      return buildkit.get(name)?.refused === true && !stops;
    });
    assert.deepEqual(
      wrong.map(({ name, text }) => `${name}: ${text}`),
      [],
    );
  });
});

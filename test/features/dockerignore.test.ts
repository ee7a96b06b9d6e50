import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ignoreOf, readPatterns } from '../../client/src/docker/ignore.ts';
import { readIgnoreFile } from '../../server/src/core/dockerfile/ignoreFile.ts';
import { type ContextFiles, completeIgnoreFile, hoverIgnoreFile, lintIgnoreFile } from '../../server/src/core/features/ignoreFile.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { parseAnnotated, showRanges } from '../harness/annotated.ts';
import { folder, shop } from '../harness/shop.ts';

const context: ContextFiles = {
  paths: ['Dockerfile', 'README.md', 'docs', 'docs/a.md', 'docs/api', 'docs/api/b.md', 'node_modules', 'node_modules/x', 'src', 'src/a.ts'],
  whole: true,
};

interface Recorded {
  readonly patterns: readonly string[];
  readonly paths: readonly string[];
  readonly ignored?: readonly boolean[];
  readonly error?: boolean;
}

describe('reading a .dockerignore', () => {
  it("answers as moby's patternmatcher does (the same recorded answers that the build is tested with)", () => {
    const cases = JSON.parse(readFileSync(new URL('../client/dockerIgnore.fixtures.json', import.meta.url), 'utf8')) as Recorded[];
    let compared = 0;
    for (const { patterns, paths, ignored, error } of cases) {
      // A line of a file has no blanks around its pattern, loses its first slash, is cleaned behind `!`, and is a comment behind `#`.
      if (patterns.some((pattern) => pattern !== pattern.trim() || /[\r\n]|^#|^!?\s*\/|^!.*\.\./.test(pattern))) continue;
      const matcher = readIgnoreFile(patterns.join('\n'));
      const broken = matcher.entries.some(({ problem }) => problem !== undefined);
      assert.equal(broken, error === true, JSON.stringify(patterns));
      if (!error) assert.deepEqual(paths.map(matcher.ignores), ignored, JSON.stringify(patterns));
      compared++;
    }
    assert.ok(compared >= 150, String(compared));
  });

  it('agrees with what a build leaves out', () => {
    const cases = JSON.parse(readFileSync(new URL('../client/dockerIgnore.fixtures.json', import.meta.url), 'utf8')) as Recorded[];
    for (const { patterns, paths } of cases) {
      const text = patterns.join('\n');
      const ours = readIgnoreFile(text);
      if (ours.entries.some(({ problem }) => problem)) assert.throws(() => ignoreOf(readPatterns(text), 'x'), JSON.stringify(patterns));
      else assert.deepEqual(paths.map(ours.ignores), paths.map(ignoreOf(readPatterns(text), 'x').ignores), JSON.stringify(patterns));
    }
  });

  it('keeps the place of each pattern, and passes over comments, blanks and the byte order mark', () => {
    const { text, ranges } = parseAnnotated('\uFEFF# c\r\n<|/a/|>\r\n  <|! /b/../c|> \r\n\r\n<|#|>e\n'.replace('<|#|>e', '  <|#e|>'));
    const found = lintRanges(text);
    assert.equal(showRanges(text, found), showRanges(text, ranges));
    assert.deepEqual(['a', 'a/x', 'c', '#e', 'b'].map(readIgnoreFile(text).ignores), [true, true, false, true, false]);
  });
});

function lintRanges(text: string) {
  const lines = text.split('\n');
  return readIgnoreFile(text).entries.map(({ start, end }) => {
    const before = text.slice(0, start).split('\n');
    const line = before.length - 1;
    const character = before.at(-1)?.length ?? 0;
    assert.ok(lines[line] !== undefined);
    return { start: { line, character }, end: { line, character: character + end - start } };
  });
}

describe('completion in a .dockerignore', () => {
  const complete = (source: string) => {
    const { text, cursor } = parseAnnotated(source);
    assert.ok(cursor);
    const items = completeIgnoreFile(text, cursor, context);
    return {
      labels: items.map(({ label }) => label),
      accept: (label: string) =>
        applyEdits(
          text,
          items.filter((item) => item.label === label).map(({ edit }) => edit),
        ),
    };
  };

  it('offers what still reaches the build, what is usually left out first, and the usual patterns', () => {
    const { labels } = complete('docs\n<|>');
    assert.deepEqual(labels.slice(0, 4), ['node_modules', 'Dockerfile', 'README.md', 'src']);
    assert.ok(labels.includes('**/*.log') && !labels.includes('docs'));
    assert.deepEqual(complete('docs/<|>').labels, ['docs/a.md', 'docs/api']);
    assert.equal(complete('docs/a<|>\nx').accept('docs/api'), 'docs/api\nx');
  });

  it('offers behind an exclamation mark what is left out', () => {
    assert.deepEqual(complete('*.md\n!<|>').labels, ['README.md']);
    assert.equal(complete('*.md\n!REA<|>').accept('README.md'), '*.md\n!README.md');
    assert.deepEqual(complete('# <|>').labels, []);
  });
});

describe('hover in a .dockerignore', () => {
  const hover = (source: string) => {
    const { text, cursor } = parseAnnotated(source);
    assert.ok(cursor);
    return hoverIgnoreFile(text, cursor, context)?.markdown ?? '';
  };

  it('lists what a pattern names and what becomes of it', () => {
    assert.match(
      hover('do<|>cs\n!docs/api\n'),
      /names 4 files and folders; it leaves out 2[\s\S]*docs\/a\.md\n[\s\S]*docs\/api\/b\.md {2}\(sent to the build\)/,
    );
    assert.match(hover('**/*.md\n!**/b<|>.md\n'), /names 1 file or folder; it takes back all of them/);
    assert.match(hover('nothing<|>'), /no file or folder/);
    assert.match(hover('a[<|>'), /not valid/);
  });
});

describe('findings in a .dockerignore', () => {
  const lint = (text: string, files: ContextFiles | undefined = context) =>
    lintIgnoreFile({ uri: `${folder}/.dockerignore`, kind: 'dockerignore', text }, shop(), files).map(
      ({ rule, range }) => `${range.start.line} ${rule}`,
    );

  it('name patterns that match nothing, when everything was looked at, and not what comes and goes', () => {
    assert.deepEqual(lint('docs\nreadme.md\ncoverage\n.env\n**/*.log\n'), ['1 ignore/unused-pattern']);
    assert.deepEqual(lint('readme.md\n', { ...context, whole: false }), []);
    assert.deepEqual(lint('a[\n'), ['0 ignore/invalid-pattern']);
  });

  it('follow the severities of the standards', () => {
    const off = shop({ standards: 'severity: { ignore/unused-pattern: off }\n' });
    assert.deepEqual(lintIgnoreFile({ uri: `${folder}/.dockerignore`, kind: 'dockerignore', text: 'x\n' }, off, context), []);
  });
});

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { applyEdits, lineIndex } from '../../server/src/core/text/lineIndex.ts';
import { formatYaml } from '../../server/src/core/yaml/format.ts';
import { marksOf } from '../../server/src/core/yaml/marks.ts';
import { parseYaml } from '../../server/src/core/yaml/parse.ts';
import { concreteSyntax, sourceTokens } from '../../server/src/core/yaml/source.ts';

const options = { tabSize: 2, insertSpaces: true };
const format = (text: string, tabSize = 2): string => applyEdits(text, formatYaml(parseYaml(text), { ...options, tabSize }));

const test = join(import.meta.dirname, '..');
const files = globSync(['sample/**/waybill*.yaml', 'features/complete/*.yaml', 'rules/*.yaml'], { cwd: test }).map((name) => ({
  name,
  text: readFileSync(join(test, name), 'utf8'),
}));

/** Numbers below a bound, the same ones in every run. */
function randomNumbers(start: number): (below: number) => number {
  let seed = start;
  return (below) => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return seed % below;
  };
}

const untidy = `

# head
apiVersion:    waybill.dev/v1
kind : Service


metadata: {name: x,product:   y }
ports:
    # the first
    -   name: http
        port: 8080   # note
        # inner
    -   { name: b,
       port: 2
         }
env:
      A:   "1"
      B: |
          text
            more

          end
      C: >-
       folded
       text
      D: plain one
         goes on
      E: &anc
            k: 'v'
      F: *anc
# of the list
list:
- a
-   - b
    - c
-
   x: 1
last:   [ ]   `;

const tidy = `# head
apiVersion: waybill.dev/v1
kind: Service

metadata: { name: x, product: y }
ports:
  # the first
  - name: http
    port: 8080   # note
    # inner
  - { name: b,
      port: 2
    }
env:
  A: "1"
  B: |
    text
      more

    end
  C: >-
    folded
    text
  D: plain one
     goes on
  E: &anc
    k: 'v'
  F: *anc
# of the list
list:
  - a
  - - b
    - c
  -
    x: 1
last: []
`;

describe('formatting YAML', () => {
  it('tidies indentation, blanks and blank lines, and keeps comments, anchors, quotes and block scalars', () => {
    assert.equal(format(untidy), tidy);
    assert.equal(format(tidy), tidy);
  });

  it('keeps the line endings of the file', () => {
    assert.equal(format(untidy.replaceAll('\n', '\r\n')), tidy.replaceAll('\n', '\r\n'));
  });

  it('indents by the step of the editor, and by two where tabs are asked for', () => {
    assert.equal(format('a:\n  b:\n    - c: 1\n      d: 2\n', 4), 'a:\n    b:\n        - c: 1\n          d: 2\n');
    const tabs = applyEdits('a:\n    b: 1\n', formatYaml(parseYaml('a:\n    b: 1\n'), { tabSize: 4, insertSpaces: false }));
    assert.equal(tabs, 'a:\n  b: 1\n');
  });

  it('follows what most of the file does: lists flush with their key, brackets without blanks', () => {
    assert.equal(format('a:\n-  b\nc:\n- d\ne:\n  - f\n'), 'a:\n- b\nc:\n- d\ne:\n- f\n');
    assert.equal(format('a: {b: 1}\nc: {d: 1}\ne: { f: 1 }\n'), 'a: {b: 1}\nc: {d: 1}\ne: {f: 1}\n');
  });

  it('leaves columns that someone has aligned', () => {
    const text =
      'startup:   { period: 5s }\nreadiness: { period: 5s }\nversions:\n  - { version: "8",  eol: 1 }\n  - { version: "17", eol: 2 }\n';
    assert.equal(format(text), text);
  });

  it('leaves the end of a block scalar that keeps it', () => {
    for (const text of ['a: |+\n  b\n\n\n', 'a: |\n  b', 'a: |2-\n    b\n   c\n']) assert.equal(format(text), text.replace('   c', '   c'));
  });

  it('never touches a file with an error, and one with templates', () => {
    for (const text of ['a:   "1\n', 'a:\n\tb: 1\n', 'a:   1\n b: 2\n', 'a:   [1\n', '{{ if }}\na:   1\n', 'a:   *b\n  c\n']) {
      assert.equal(format(text), text, JSON.stringify(text));
    }
  });

  it('formats a range, and the entries around it where its lines alone would mean something else', () => {
    const text = 'a:\n      b:   1\n      c:   2\nd:   3\n';
    const at = (line: number) => ({ start: { line, character: 0 }, end: { line, character: 3 } });
    const ranged = (line: number) => applyEdits(text, formatYaml(parseYaml(text), options, at(line)));
    assert.equal(ranged(3), 'a:\n      b:   1\n      c:   2\nd: 3\n');
    assert.equal(ranged(1), 'a:\n  b: 1\n  c: 2\nd:   3\n');
  });

  it('leaves the files of the sample as they are', () => {
    for (const { name, text } of files) assert.equal(format(text), text, name);
    assert.ok(files.length > 10);
  });

  it('brings files of another indentation back', () => {
    for (const { name, text } of files) {
      if (/[|>]\n|^\s*[^\s#-][^:]*$/m.test(text)) continue;
      for (const factor of [1.5, 2, 3]) {
        const wide = widened(text, factor);
        assert.equal(format(wide), text, `${name} × ${factor}`);
      }
    }
  });

  it('keeps the meaning of mutated files, and what it made stays as it is', () => {
    const random = randomNumbers(11);
    const pieces = [
      '  ',
      ' ',
      '\n',
      '\n\n',
      '   # c',
      '- ',
      ': ',
      '"',
      "'",
      '&a ',
      '*a',
      '|\n',
      '>-\n    x',
      '{ ',
      ' }',
      '[',
      ']',
      ',',
      '\t',
      'é',
      '!t ',
    ];
    const seen = { formatted: 0, valid: 0 };
    for (let round = 0; round < 800; round++) {
      const file = files[random(files.length)];
      if (!file) continue;
      // Some of the file's outermost entries, as whole ones are valid more often.
      const blocks = file.text.split(/\n(?=[a-z])/);
      const first = random(blocks.length);
      let text = blocks
        .slice(first, first + 1 + random(3))
        .join('\n')
        .slice(0, 2000);
      for (let i = 0; i <= random(5); i++) {
        const at = random(text.length + 1);
        text = text.slice(0, at) + (pieces[random(pieces.length)] ?? '') + text.slice(at + random(6));
      }
      checkMeaning(text, seen);
    }
    assert.ok(seen.formatted > 50, JSON.stringify(seen));
  });

  it('keeps the meaning of files with random blanks', () => {
    const random = randomNumbers(3);
    const seen = { formatted: 0, valid: 0 };
    for (let round = 0; round < 100; round++) {
      const file = files[random(files.length)];
      if (!file) continue;
      const text = file.text
        .replace(/([:,{[] )/g, (gap) => (random(4) === 0 ? `${gap}${' '.repeat(random(3))}` : gap))
        .replace(/\n/g, () => (random(6) === 0 ? `${' '.repeat(random(4))}\n${'\n'.repeat(random(3))}` : '\n'));
      checkMeaning(widened(text, 1 + (round % 3)), seen);
    }
    // Blanks in block scalars count; nearly all other files are put in order.
    assert.ok(seen.formatted > seen.valid * 0.95, JSON.stringify(seen));
  });
});

/** Every step of the indentation made wider, the blanks behind dashes with it. */
function widened(text: string, factor: number): string {
  return text.replace(/^( *)((?:- )*)/gm, (_, blanks: string, dashes: string) => {
    const dash = `-${' '.repeat(2 * factor - 1)}`;
    return ' '.repeat(blanks.length * factor) + dash.repeat(dashes.length / 2);
  });
}

function checkMeaning(text: string, seen: { formatted: number; valid: number }): void {
  const before = parseYaml(text);
  const edits = formatYaml(before, options);
  const isValid = before.root !== undefined && !before.problems.some(({ fatal }) => fatal);
  if (!isValid) assert.deepEqual(edits, [], 'a file with an error was touched');
  if (isValid) seen.valid++;
  if (edits.length === 0) return;
  seen.formatted++;
  const after = applyEdits(text, edits);
  const plain = (source: string): unknown => JSON.stringify(parse(source, { uniqueKeys: false, logLevel: 'silent' }));
  if (before.problems.length === 0) assert.equal(plain(after), plain(text), text);
  const comments = (source: string) => source.match(/(?<=^|\s)#.*?(?=\s*$)/gm)?.join('\n');
  assert.equal(comments(after), comments(text));
  assert.deepEqual(formatYaml(parseYaml(after), options), [], `formatted twice:\n${text}\n---\n${after}`);
  assert.ok(lineIndex(after).lineCount <= lineIndex(text).lineCount + 1);
}

describe('comments, anchors, aliases and tags', () => {
  it('are those of the whole syntax, in every file and in damaged ones', () => {
    const random = randomNumbers(5);
    const pieces = ['# c', ' #', '&a ', '*a', '!t ', '"', "'", '|\n', '{', ']', '\n---\n', '\r\n', 'é', '%'];
    for (let round = 0; round < 400; round++) {
      const file = files[random(files.length)];
      if (!file) continue;
      let text = file.text.slice(0, 1500);
      for (let i = 0; i < random(5); i++) {
        const at = random(text.length);
        text = text.slice(0, at) + (pieces[random(pieces.length)] ?? '') + text.slice(at + random(4));
      }
      const whole = sourceTokens(concreteSyntax(text)).filter(({ type }) => /^(?:comment|anchor|alias|tag)$/.test(type));
      const marks = marksOf(text);
      for (const { start, end, source } of marks) assert.equal(text.slice(start, end), source);
      if (!parseYaml(text).problems.some(({ fatal }) => fatal))
        assert.deepEqual(
          marks,
          whole.map(({ type, start, end, source }) => ({ type, start, end, source })),
          text,
        );
    }
  });
});

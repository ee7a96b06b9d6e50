// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Dockerfiles
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Dockerfile } from '../../server/src/core/dockerfile/model.ts';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { syntaxProblems } from '../../server/src/core/dockerfile/syntax.ts';
import { completeDockerfile } from '../../server/src/core/features/completeDockerfile.ts';
import { defineDockerfile } from '../../server/src/core/features/defineDockerfile.ts';
import { hoverDockerfile } from '../../server/src/core/features/hoverDockerfile.ts';
import { dockerfileContext, lintDockerfile } from '../../server/src/core/features/lint.ts';
import { dockerfileFolding, dockerfileSymbols } from '../../server/src/core/features/outlineDockerfile.ts';
import { wakefulRules } from '../../server/src/core/rules/needs.ts';
import { dockerfileRules } from '../../server/src/generated/rules.ts';
import { numbers } from '../corpus/mutations.ts';
import { parseAnnotated } from '../harness/annotated.ts';
import { dockerfileUri, shop } from '../harness/shop.ts';
import { parseSpec } from './spec.ts';

const mutations = 2500;
const rules = Object.values(dockerfileRules);
const wakeful = wakefulRules(rules);

const corpus = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^[\w-]+[/\\][\w-]+\.md$/.test(path))
  .flatMap((path) => parseSpec(path, readFileSync(join(import.meta.dirname, path), 'utf8')).blocks)
  .map((block) => parseAnnotated(block.text).text);

const fragments = [
  ...[
    '\\\n',
    '\n',
    '\r\n',
    '"',
    "'",
    '<<EOF',
    "<< 'E",
    '${',
    '}',
    '$(',
    '`',
    '[',
    ']',
    '\\',
    '#',
    '\u{1f600}',
    '\uFEFF',
    '\0',
    '--',
    '=',
    '&&',
    ';',
  ],
  ...[
    'FROM ',
    'RUN ',
    'ONBUILD ',
    'ONBUILD ONBUILD ',
    'ARG A=${A}\n',
    'ENV ',
    'COPY --from=',
    '# escape=`\n',
    '# waybill layer=app\n',
    'SHELL ["cmd"]\n',
  ],
  ...['${A:-${A:-${A}}}', 'sh -c "', 'bash <<X\n', 'apt-get update', '((', '{ ', 'EOF\n', '@sha256:', '://'],
];

function mutate(text: string, random: (limit: number) => number): string {
  let result = text;
  for (let i = 0; i <= random(4); i++) {
    const at = random(result.length + 1);
    const end = Math.min(result.length, at + random(30));
    const kind = random(4);
    if (kind === 0) result = result.slice(0, at) + result.slice(end);
    else if (kind === 1) result = result.slice(0, end) + result.slice(at, end) + result.slice(end);
    else if (kind === 2) result = result.slice(0, at) + (fragments[random(fragments.length)] ?? '') + result.slice(at);
    else result = result.slice(0, at) + (corpus[random(corpus.length)] ?? '').slice(random(200), 400) + result.slice(end);
  }
  return result;
}

function checkSpans(file: Dockerfile): void {
  let at = 0;
  for (const instruction of file.instructions) {
    assert.ok(instruction.start >= at && instruction.end >= instruction.start, 'instructions follow each other');
    assert.ok(
      instruction.keyword.end <= instruction.headEnd && instruction.headEnd <= instruction.end && instruction.end <= file.text.length,
    );
    at = instruction.end;
  }
  for (const run of file.instructions) {
    if (run.kind !== 'RUN') continue;
    for (const word of run.script.commands.flatMap((command) => command.words)) {
      assert.ok(word.start >= run.start && word.end <= run.end && word.start <= word.end, 'words of the shell lie in their RUN');
    }
  }
}

describe('damaged Dockerfiles', () => {
  it(`${mutations} of them are read, judged and served without an exception`, () => {
    const random = numbers(20261124);
    const workspace = shop();
    for (let i = 0; i < mutations; i++) {
      const text = mutate(corpus[random(corpus.length)] ?? '', random);
      try {
        const file = parseDockerfile(dockerfileUri, text);
        checkSpans(file);
        const context = dockerfileContext(file, workspace);
        const awake = new Set(wakeful(context));
        for (const rule of rules) assert.ok(rule.check(context).length === 0 || awake.has(rule), `${rule.summary} is asked`);
        const position = file.index.positionAt(random(text.length + 1));
        completeDockerfile(file, workspace, position);
        hoverDockerfile(file, workspace, position);
        defineDockerfile(file, workspace, position);
        dockerfileSymbols(file);
        dockerfileFolding(file);
      } catch (error) {
        assert.fail(`mutation ${i}: ${String(error instanceof Error ? error.stack : error)}\n${JSON.stringify(text)}`);
      }
    }
  });

  it('that look well-formed at a glance are so at a closer look', () => {
    const said = (text: string, closely: boolean) =>
      syntaxProblems(parseDockerfile(dockerfileUri, text), closely)
        .map(({ start, message }) => `${start} ${message}`)
        .sort();
    for (const text of corpus) if (!/\r(?!\n)/.test(text)) assert.deepEqual(said(text, false), said(text, true), text);
  });

  it('cost time in proportion to their length', () => {
    const workspace = shop();
    const shapes: Readonly<Record<string, (n: number) => string>> = {
      'many instructions': (n) => `FROM node:22\n${'ENV A=$B\nRUN apt-get update && make "$A" > /dev/null\nCOPY a b /c/\n'.repeat(n)}`,
      'one long RUN': (n) => `FROM node:22\nRUN true${' \\\n  # why\n && echo a b'.repeat(n * 3)}\n`,
      'one long line': (n) => `FROM node:22\nRUN echo${' word'.repeat(n * 8)}\n`,
      'one long heredoc': (n) => `FROM node:22\nRUN <<EOF\n${'echo a b c\n'.repeat(n * 4)}EOF\n`,
      'heredocs on one line of RUN': (n) => `FROM node:22\nRUN cat ${'<<A '.repeat(n * 8)}\n`,
      'heredocs on one line of COPY': (n) => `FROM node:22\nCOPY ${'<<A '.repeat(n * 8)}/x\n${'A\n'.repeat(n * 8)}`,
      'an unclosed heredoc': (n) => `FROM node:22\nRUN <<EOF <<EOF\n${'RUN <<EOF\n'.repeat(n * 4)}`,
    };
    const cost = (text: string): number => {
      const before = process.cpuUsage();
      lintDockerfile(parseDockerfile(dockerfileUri, text), workspace);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    for (const [name, shape] of Object.entries(shapes)) {
      const least = (n: number) => Math.min(...[1, 2, 3].map(() => cost(shape(n))));
      least(100);
      const small = least(400);
      const large = least(1600);
      // Linear is 4; quadratic would be 16. CPU time of this process, not the clock: a busy machine does not matter.
      assert.ok(large < small * 10 + 40, `${name}: ${small.toFixed(1)} ms for 400, ${large.toFixed(1)} ms for 1,600`);
    }
  });
});

/** ShellCheck's view of a Dockerfile, with answers as version 0.9 gave them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { readShellCheckAnswer, shellCheckArguments, shellCheckFindings } from '../../server/src/core/features/shellcheck.ts';
import { shellCheckScripts } from '../../server/src/core/features/shellcheckScripts.ts';
import { createWorkspace } from '../../server/src/core/features/workspace.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';

const uri = 'file:///w/Dockerfile';
const parse = (text: string) => parseDockerfile(uri, text);
const scripts = (text: string) => shellCheckScripts(parse(text));
const workspaceOf = (standards?: string) =>
  createWorkspace({
    files: standards === undefined ? [] : [{ uri: 'file:///w/waybill.standards.yaml', kind: 'standards', text: standards }],
    folders: ['file:///w'],
    today: '2026-01-01',
  });

/** `SC2086` as it was said of a place: `line`, from `column` up to `endColumn`, in the script with its header. */
const unquoted = (line: number, column: number, endColumn: number) => ({
  ...{ file: '-', line, endLine: line, column, endColumn, level: 'info', code: 2086 },
  message: 'Double quote to prevent globbing and word splitting.',
  fix: {
    replacements: [
      { column, endColumn: column, endLine: line, insertionPoint: 'afterEnd', line, precedence: 7, replacement: '"' },
      { column: endColumn, endColumn, endLine: line, insertionPoint: 'beforeStart', line, precedence: 7, replacement: '"' },
    ],
  },
});
const answered = (...comments: readonly object[]) => readShellCheckAnswer(JSON.stringify({ comments })) ?? [];

function judge(text: string, comments: readonly object[], { standards, settings }: { standards?: string; settings?: object } = {}) {
  const file = parse(text);
  const [script] = shellCheckScripts(file);
  assert.ok(script);
  return shellCheckFindings(file, workspaceOf(standards), [[script, answered(...comments)]], { settings: { ...settings } });
}

describe('scripts for ShellCheck', () => {
  it('are one for each RUN in shell form, at the place and of the length of the file', () => {
    const text = 'FROM debian:12\nRUN --mount=type=cache,target=/c a && \\ \r\n  # why\r\n\r\n  b\r\nRUN ["c", "$d"]\nRUN <<EOF\ne\nEOF\n';
    const [line, heredoc, ...others] = scripts(text);
    assert.deepEqual(others, []);
    assert.equal(line?.body.replace(/ +/g, ' '), 'a && \\\n b');
    assert.equal(line?.body.length, text.indexOf('\r\nRUN ["c"') - (line?.base ?? 0));
    assert.equal(text.startsWith('a &&', line?.base), true);
    assert.deepEqual([heredoc?.body, heredoc?.base], ['e\n', text.indexOf('e\nEOF')]);
  });

  const dialects: readonly [string, string, string | undefined][] = [
    ['the image is Debian', 'FROM debian:12\nRUN x', 'sh'],
    ['the image is Alpine', 'FROM node:22-alpine\nRUN x', 'dash'],
    ['the image has bash as its sh', 'FROM registry.example.com/ubi9/ubi:9.4\nRUN x', 'bash'],
    ['SHELL names bash', 'FROM a\nSHELL ["/bin/bash", "-c"]\nRUN x', 'bash'],
    ['SHELL of an earlier stage names bash', 'FROM a AS b\nSHELL ["/bin/bash", "-c"]\nFROM b\nRUN x', 'bash'],
    ['SHELL names ash', 'FROM a\nSHELL ["/bin/ash", "-c"]\nRUN x', 'dash'],
    ['SHELL names zsh', 'FROM a\nSHELL ["/bin/zsh", "-c"]\nRUN x', undefined],
    ['SHELL names PowerShell', 'FROM a\nSHELL ["powershell", "-Command"]\nRUN x', undefined],
    ['the image is Windows', 'FROM mcr.microsoft.com/windows/nanoserver:1\nRUN x', undefined],
    ['a comment names bash', 'FROM a\n# hadolint shell=bash\nRUN x', 'bash'],
    ['a comment names PowerShell', 'FROM a\n# hadolint shell=powershell\nRUN x', undefined],
    ['a heredoc names bash', 'FROM a\nRUN <<E\n#!/usr/bin/env bash\nx\nE', 'bash'],
    ['a heredoc names Python', 'FROM a\nRUN <<E\n#!/usr/bin/env python3\nx\nE', undefined],
  ];
  for (const [when, text, dialect] of dialects) {
    it(`${dialect ? `are ${dialect}` : 'are none'} when ${when}`, () => assert.equal(scripts(text)[0]?.dialect, dialect));
  }

  it('declare what ENV and ARG have set by then, here and in earlier stages', () => {
    const text = 'ARG none\nFROM a AS b\nARG one\nENV two=2\nFROM b\nARG three=3\nRUN x\nENV four=4';
    const header = scripts(text)[0]?.header ?? '';
    for (const name of ['one', 'two', 'three']) assert.match(header, new RegExp(` ${name}=1\\b`));
    assert.doesNotMatch(header, /none|four|PATH/);
  });

  it("switch on what SHELL's options switch on", () => {
    const text = 'FROM a\nSHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nRUN x';
    assert.match(scripts(text)[0]?.header ?? '', /^set -e -u -o pipefail$/m);
  });

  it('carry what comments switch off above the RUN and between its lines', () => {
    const text = 'FROM a\n# shellcheck disable=SC2086,SC2046 for a reason\nRUN x && \\\n  # shellcheck disable=SC2002\n  y\nRUN z';
    const [first, second] = scripts(text);
    assert.match(first?.header ?? '', /^# shellcheck disable=SC2086,SC2046,SC2002$/m);
    assert.doesNotMatch(second?.header ?? '', /disable/);
  });

  it('are passed with their dialect and without the settings of any folder', () => {
    const [script] = scripts('FROM a\nRUN x');
    const given = script ? shellCheckArguments(script) : [];
    assert.ok(given.includes('--norc') && given.includes('--shell=sh') && given.at(-1) === '-');
  });
});

describe('answers of ShellCheck', () => {
  const text = 'FROM debian:12\nRUN true && \\\n  # 😀\n\techo "😀" $x\n';

  it('become findings at the words of the file; their fix repairs it', () => {
    // Line 1 is the header; the comment's line is blank in front of the tab.
    const [finding, ...others] = judge(text, [unquoted(3, 18, 20)]);
    assert.deepEqual(others, []);
    assert.equal(finding?.rule, 'shellcheck/SC2086');
    assert.equal(finding?.severity, 'info');
    assert.deepEqual(finding?.aliases, ['SC2086']);
    const file = parse(text);
    const { start, end } = finding?.range ?? assert.fail('no finding');
    assert.equal(text.slice(file.index.offsetAt(start), file.index.offsetAt(end)), '$x');
    assert.equal(applyEdits(text, finding.fixes[0]?.edits ?? []), text.replace('$x', '"$x"'));
  });

  it('in the header are none of the file', () => assert.deepEqual(judge(text, [unquoted(1, 1, 4)]), []));

  it('that would write into a comment have no fix', () => assert.deepEqual(judge(text, [unquoted(3, 4, 5)])[0]?.fixes, []));

  const silenced: readonly [string, string][] = [
    ['hadolint', '# hadolint ignore=SC2086'],
    ['rule', '# waybill ignore=shellcheck/SC2086 reason'],
    ['category', '# waybill ignore=shellcheck/* reason'],
    ['number', '# waybill ignore=SC2086 reason'],
  ];
  for (const [how, comment] of silenced) {
    it(`are taken away by a comment: ${how}`, () =>
      assert.deepEqual(judge(text.replace('\nRUN', `\n${comment}\nRUN`), [unquoted(3, 18, 20)]), []));
  }

  it('have the severity that the settings demand', () => {
    assert.equal(judge(text, [unquoted(3, 18, 20)], { settings: { 'shellcheck/SC2086': 'error' } })[0]?.severity, 'error');
    assert.deepEqual(judge(text, [unquoted(3, 18, 20)], { settings: { 'shellcheck/*': 'off' } }), []);
  });

  it('about unknown variables are dropped where other files are sourced, and in triggers', () => {
    const unknown = { ...unquoted(2, 1, 2), code: 2154, fix: null };
    assert.equal(judge('FROM a\nRUN echo $id', [unknown]).length, 1);
    assert.deepEqual(judge('FROM a\nRUN . /etc/os-release && echo $id', [unknown]), []);
    assert.deepEqual(judge('FROM a\nONBUILD RUN echo $id', [unknown]), []);
  });

  it('that are none are told apart', () => {
    assert.equal(readShellCheckAnswer(''), undefined);
    assert.equal(readShellCheckAnswer('[]'), undefined);
    assert.deepEqual(readShellCheckAnswer('{"comments":[{"line":1},null,3]}'), []);
  });
});

/** The real ShellCheck: on the core's scripts, and behind the real server. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { CodeAction, Diagnostic } from 'vscode-languageserver-protocol';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import {
  readShellCheckAnswer,
  shellCheckArguments,
  shellCheckFindings,
  shellCheckInput,
} from '../../server/src/core/features/shellcheck.ts';
import { shellCheckScripts } from '../../server/src/core/features/shellcheckScripts.ts';
import { createWorkspace } from '../../server/src/core/features/workspace.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { missingPackages } from '../bench/install.ts';
import { startClient, type TestClient, until } from '../lsp/client.ts';

const skip = missingPackages(['shellcheck']).length > 0 && 'ShellCheck is not installed.';
const workspace = createWorkspace({ files: [], folders: [], today: '2026-01-01' });

function judge(text: string) {
  const file = parseDockerfile('file:///w/Dockerfile', text);
  const answers = shellCheckScripts(file).map((script) => {
    const { stdout } = spawnSync('shellcheck', shellCheckArguments(script), { input: shellCheckInput(script), encoding: 'utf8' });
    return [script, readShellCheckAnswer(stdout) ?? assert.fail(`No answer: ${stdout}`)] as const;
  });
  return shellCheckFindings(file, workspace, answers).map((finding) => {
    const { start, end } = finding.range;
    return { ...finding, at: text.slice(file.index.offsetAt(start), file.index.offsetAt(end)) };
  });
}
const said = (text: string) => judge(text).map(({ aliases, at }) => `${aliases[0]} ${at}`);

const untidy = `# syntax=docker/dockerfile:1
FROM debian:12 AS base
ARG version
ENV opts="-a -b"
RUN --mount=type=cache,target=/x true && \\   
    # a comment with $nothing and 😀

	echo "😀😀" $ONE && \\
  # another
    curl "https://example.com/$version" $opts $TWO
RUN <<EOF
	printf	'%s' 😀 $THREE
# shellcheck disable=SC2086
echo $FOUR
EOF
FROM base
# shellcheck disable=SC2086
RUN echo $FIVE $version
# hadolint ignore=SC2086
RUN echo $SIX
RUN . /etc/os-release && echo "$id" "$undefined_here"
RUN cat <<EOF > /a && echo $SEVEN
$EIGHT
EOF
`;

describe('findings of the real ShellCheck', { skip }, () => {
  it('stand at the exact words, whatever is in front of them', () => {
    for (const text of [untidy, untidy.replaceAll('\n', '\r\n')])
      assert.deepEqual(said(text), ['SC2086 $ONE', 'SC2086 $TWO', 'SC2086 $THREE', 'SC2086 $SEVEN']);
  });

  it('are gone when their fixes are applied, and nothing else has changed', () => {
    const fixed = applyEdits(
      untidy,
      judge(untidy).flatMap(({ fixes }) => fixes[0]?.edits ?? []),
    );
    assert.equal(fixed, untidy.replace(/\$(?:ONE|TWO|THREE|SEVEN)/g, '"$&"'));
    assert.deepEqual(said(fixed), []);
  });

  it('are those of the dialect', () => {
    const run = 'RUN [[ -n "$a" ]]';
    assert.deepEqual(said(`FROM debian:12\nENV a=1\n${run}`), ['SC3010 [[ -n "$a" ]]']);
    assert.deepEqual(said(`FROM fedora:42\nENV a=1\n${run}`), []);
    assert.deepEqual(said(`FROM debian:12\nENV a=1\nSHELL ["/bin/bash", "-c"]\n${run}`), []);
  });

  it('know that SHELL ends a RUN at the first failure', () => {
    assert.deepEqual(said('FROM debian:12\nRUN cd /x; ls'), ['SC2164 cd /x']);
    assert.deepEqual(said('FROM debian:12\nSHELL ["/bin/bash", "-ec"]\nRUN cd /x; ls'), []);
  });

  it('know the variables of the file and no others', () => {
    assert.deepEqual(said('FROM debian:12\nARG one\nRUN echo "$one" "$two"'), ['SC2154 $two']);
  });
});

const path = 'Dockerfile';
const late = 'FROM debian\nRUN echo $LATE\n';
const ofShellCheck = (diagnostics: readonly Diagnostic[]) => diagnostics.filter(({ code }) => String(code).startsWith('shellcheck/'));

async function later(client: TestClient, uri: string): Promise<readonly Diagnostic[]> {
  const before = client.refreshes();
  const first = await client.pull(uri);
  assert.deepEqual(ofShellCheck(first), []);
  assert.ok(first.length > 0, 'our own findings are there at once');
  await until('the server asks for a new pull', () => client.refreshes() > before);
  return ofShellCheck(await client.pull(uri));
}

describe('ShellCheck behind the server', { skip }, () => {
  it('adds its findings and fixes when they are there, with its own page', async () => {
    await using client = await startClient({ files: {}, trusted: true });
    const uri = await client.open(path, late);
    await client.pull(uri);
    await until('it was ready once', () => client.refreshes() > 0);
    await client.change(uri, 2, late.replace('LATE', 'LATER'));
    const [finding] = await later(client, uri);
    assert.equal(finding?.code, 'shellcheck/SC2086');
    assert.equal(finding?.codeDescription?.href, 'https://www.shellcheck.net/wiki/SC2086');
    assert.deepEqual(finding?.range, { start: { line: 1, character: 9 }, end: { line: 1, character: 15 } });
    const actions = await client.connection.sendRequest<readonly CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: finding?.range,
      context: { diagnostics: [] },
    });
    const action = actions.find(({ title }) => title.includes('SC2086'));
    assert.deepEqual(
      action?.edit?.changes?.[uri]?.map(({ newText }) => newText),
      ['"', '"'],
    );
  });

  it('is pushed to editors that do not pull', async () => {
    await using client = await startClient({ files: {}, trusted: true, pulls: false });
    const uri = await client.open(path, late);
    await until('its findings are pushed', () => ofShellCheck(client.pushed.get(uri) ?? []).length === 1);
  });

  it('says nothing in folders without trust, and speaks once trust is given', async () => {
    await using client = await startClient({ files: {} });
    const uri = await client.open(path, late);
    await client.pull(uri);
    const before = client.refreshes();
    await delay(1_000);
    assert.equal(client.refreshes(), before);
    assert.deepEqual(ofShellCheck(await client.pull(uri)), []);
    await client.connection.sendNotification('waybill/trust', { trusted: true });
    await until('the server asks for a new pull', () => client.refreshes() > before);
    assert.equal((await later(client, uri)).length, 1);
  });

  it('is off when the settings say so, or name a program by a relative path', async () => {
    for (const shellcheck of [{ enabled: 'off' }, { path: './shellcheck' }]) {
      await using client = await startClient({ files: {}, trusted: true, shellcheck });
      const uri = await client.open(path, late);
      await client.pull(uri);
      const before = client.refreshes();
      await delay(800);
      assert.deepEqual([client.refreshes(), ofShellCheck(await client.pull(uri))], [before, []]);
    }
  });

  it('never has more than two processes, none longer than five seconds, and holds nothing up', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'waybill-shellcheck-'));
    try {
      const program = join(folder, 'slow');
      const log = join(folder, 'log');
      await writeFile(program, `#!/bin/sh\necho $$ >> ${log}\nexec sleep 60\n`);
      await chmod(program, 0o755);
      const client = await startClient({ files: {}, trusted: true, shellcheck: { path: program } });
      const uri = await client.open(path, `FROM debian\n${[1, 2, 3].map((one) => `RUN echo $${'a'.repeat(one)}\n`).join('')}`);
      const pids = async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
      const running = (pid: number) => {
        try {
          return process.kill(pid, 0);
        } catch {
          return false;
        }
      };
      const eventually = async (what: string, holds: () => Promise<boolean>) => {
        for (let waited = 0; !(await holds()); waited += 50) {
          assert.ok(waited < 20_000, what);
          await delay(50);
        }
      };
      await client.pull(uri);
      await eventually('two are started', async () => (await pids()).length === 2);
      const [first] = (await pids()).map(Number);
      assert.ok(first !== undefined && running(first), 'our own findings came while it ran');
      await eventually('the third has its turn when the first two are ended', async () => (await pids()).length === 3);
      assert.ok(!running(first));
      const last = Number((await pids()).at(-1));
      await client[Symbol.asyncDispose]();
      await eventually('nothing is left behind', async () => !running(last));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

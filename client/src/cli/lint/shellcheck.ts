import { execFile } from 'node:child_process';
import { parse } from 'node:path';
import { parseDockerfile } from '../../../../server/src/core/dockerfile/parse.ts';
import {
  readShellCheckAnswer,
  type ShellCheckComment,
  shellCheckArguments,
  shellCheckFindings,
  shellCheckInput,
} from '../../../../server/src/core/features/shellcheck.ts';
import { type ShellCheckScript, shellCheckScripts } from '../../../../server/src/core/features/shellcheckScripts.ts';
import type { Workspace, WorkspaceFile } from '../../../../server/src/core/features/workspace.ts';
import type { Finding } from '../../../../server/src/core/rules/rule.ts';
import { fail } from '../../errors.ts';
import { type Judging, underStandards } from './judge.ts';

const limits = { processes: 4, milliseconds: 20_000, output: 8_000_000 };

/** What the `shellcheck` in PATH says of each Dockerfile, by URI. Throws `configuration` when there is none or it gives no answer. */
export async function shellCheckAll(
  workspace: Workspace,
  judged: readonly WorkspaceFile[],
  judging: Judging,
): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const under = underStandards(workspace, judging);
  const parsed = judged.filter(({ kind }) => kind === 'dockerfile').map(({ uri, text }) => parseDockerfile(uri, text));
  const files = parsed.map((file) => ({ file, scripts: shellCheckScripts(file, under.standardsFor(file.uri)) }));
  const answers = new Map<ShellCheckScript, readonly ShellCheckComment[]>();
  const queue = files.flatMap(({ scripts }) => scripts).values();
  const work = async () => {
    for (const script of queue) answers.set(script, await ask(script));
  };
  await Promise.all(Array.from({ length: limits.processes }, work));
  return new Map(
    files.map(({ file, scripts }) => {
      const said = scripts.map((script) => [script, answers.get(script) ?? []] as const);
      return [file.uri, shellCheckFindings(file, under, said, judging)];
    }),
  );
}

function ask(script: ShellCheckScript): Promise<readonly ShellCheckComment[]> {
  const { SHELLCHECK_OPTS: _ignored, ...env } = process.env;
  const options = { cwd: parse(process.execPath).root, env, timeout: limits.milliseconds, maxBuffer: limits.output, windowsHide: true };
  return new Promise((done, refuse) => {
    // It ends with 1 when it has something to say.
    const child = execFile('shellcheck', shellCheckArguments(script), options, (error, stdout) => {
      const answer = readShellCheckAnswer(stdout);
      if (answer) done(answer);
      else refuse(noAnswer(error));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(shellCheckInput(script));
  });
}

function noAnswer(cause: unknown) {
  return fail(
    'configuration',
    'ShellCheck gave no answer.',
    'Install `shellcheck` so that it is found in PATH, or leave out `--shellcheck`.',
    {
      cause,
    },
  );
}

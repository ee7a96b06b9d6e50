import type { RunInstruction, Stage } from '../../dockerfile/model.ts';
import { hostOf, pipefailAt, shellBefore, shellsOf } from '../../dockerfile/runShell.ts';
import type { ShellPipe } from '../../dockerfile/shellModel.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { runsOf } from '../context.ts';
import { insertion } from '../edits.ts';
import type { Fix, Report } from '../rule.ts';

/** A RUN with pipes, and the shell that reads it. */
interface Piped {
  readonly run: RunInstruction;
  readonly pipes: readonly ShellPipe[];
  /** Words of SHELL, in the file or in the catalogue; absent: the default. */
  readonly shell?: readonly string[];
  /** Where a SHELL for the stage would go; absent when it cannot. */
  readonly insertAt?: number;
}

/** The shell asks only the last program of a pipe whether all went well. */
export const rule: DockerfileRule = {
  summary: 'A failure on the left of a pipe fails the build.',
  severity: 'warning',
  aliases: ['DL4006'],
  fixable: true,
  needs: ['RUN'],
  check(context) {
    return context.file.stages.flatMap((stage) => pipedRuns(context, stage).flatMap((piped) => inRun(context, stage, piped)));
  },
};

function pipedRuns(context: DockerfileContext, stage: Stage): readonly Piped[] {
  const runs = runsOf(stage.instructions).flatMap(({ run }) => {
    const pipes = run.script.pipes?.filter((pipe) => !pipe.handled && !cannotFail(pipe)) ?? [];
    return pipes.length > 0 ? [{ run, pipes }] : [];
  });
  if (runs.length === 0) return [];
  const shells = shellsOf(stage);
  const root = context.states[stage.index]?.root;
  const base = root?.kind === 'image' ? root.catalogue?.image.config?.shell : undefined;
  const first = runs.find(({ run }) => run.script.scopes[0]?.kind === 'line' && context.file.text.startsWith('R', run.start));
  return runs.map((piped) => {
    const shell = shellBefore(shells, piped.run.start) ?? base;
    if (shell) return { ...piped, shell };
    return first ? { ...piped, insertAt: first.run.start } : piped;
  });
}

/** One finding for each text that a shell reads: one `set` mends all its pipes. */
function inRun(context: DockerfileContext, stage: Stage, piped: Piped): readonly Report[] {
  const seen = new Set<number>();
  return piped.pipes.flatMap((pipe) => {
    if (seen.has(pipe.scope)) return [];
    if (pipefailAt(context.file.text, piped.run, pipe.scope, pipe.start, piped.shell ?? [])) return [];
    seen.add(pipe.scope);
    const left = pipe.left[0]?.text ?? 'the left side';
    const fix = fixOf(context, stage, piped, pipe);
    return [
      {
        range: context.range(pipe),
        message: `When \`${left}\` fails, this RUN succeeds all the same: a pipe answers for its last program only. Set \`pipefail\`.`,
        fixes: fix ? [fix] : [],
      },
    ];
  });
}

/** Programs whose failure says nothing, or that have nothing to fail at. */
function cannotFail({ left, first }: ShellPipe): boolean {
  const name = left[0]?.value ?? '';
  if (!first && /^(?:tee|cut|tr|sed|awk|sort|uniq|head|tail|wc|rev|grep|base64|cat|column|fold|paste|xxd)$/.test(name)) return true;
  if (name === 'cat') return left.length === 1;
  return /^(?:echo|printf|yes|true|:|uname|date|seq|pwd|dirname|basename|nproc|arch|id|env|printenv|whoami|hostname)$/.test(name);
}

const able = /(?:^|\/)(?:ba|z|k|mk|a)sh$/;

/** `set -o pipefail` where the shell knows it; else a SHELL that does. Both stop builds that passed: a person decides. */
function fixOf(context: DockerfileContext, stage: Stage, piped: Piped, pipe: ShellPipe): Fix | undefined {
  const { run, insertAt } = piped;
  const scope = run.script.scopes[pipe.scope];
  if (!scope || run.script.broken) return undefined;
  const newline = context.file.text.includes('\r\n') ? '\r\n' : '\n';
  if (able.test(programOf(context, stage, piped, pipe))) {
    const text = context.file.text.slice(scope.start, scope.end);
    const shebang = /^#!.*\n/.exec(text)?.[0].length ?? 0;
    const at = scope.start + shebang + (/^\s*/.exec(text.slice(shebang))?.[0].length ?? 0);
    const indent = context.file.text.slice(context.file.text.lastIndexOf('\n', at - 1) + 1, at);
    const joint = scope.kind === 'heredoc' ? `${newline}${indent.trim() === '' ? indent : ''}` : ' && ';
    return insertion(context, at, `set -o pipefail${joint}`, 'Set pipefail', true);
  }
  if (insertAt === undefined || scope.kind !== 'line' || pipe.scope > 0) return undefined;
  const line = 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]';
  return insertion(context, insertAt, `${line}${newline}`, `Use ${line}`, true);
}

/** The program that reads the pipe's text, as far as it is told. */
function programOf(context: DockerfileContext, stage: Stage, { run, shell }: Piped, pipe: ShellPipe): string {
  const start = run.script.scopes[pipe.scope]?.start ?? 0;
  const shebang = /^#!\s*(\S+)(?:[ \t]+(\S+))?/.exec(context.file.text.slice(start, start + 100));
  if (shebang) return /\/env$/.test(shebang[1] ?? '') ? (shebang[2] ?? '') : (shebang[1] ?? '');
  if (run.json && pipe.scope === 0) return run.json[0]?.value ?? '';
  if (pipe.scope > 0) return hostOf(run, pipe.scope)?.name ?? '';
  if (shell) return shell[0] ?? '';
  const root = context.states[stage.index]?.root;
  const alpine = root?.kind === 'image' && (root.catalogue?.image.family === 'alpine' || /(?:^|[/:-])alpine/.test(root.reference));
  return alpine ? '/bin/ash' : '/bin/sh';
}

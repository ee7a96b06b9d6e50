import { type PlacedCall, perRun } from '../../dockerfile/commands.ts';
import { joinEdit } from '../../dockerfile/joins.ts';
import type { RunInstruction } from '../../dockerfile/model.ts';
import { packageCall } from '../../dockerfile/packages.ts';
import type { ShellCommand } from '../../dockerfile/shellModel.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';

const harmless = /^(?:set|echo|printf|rm|true|:|sed|mkdir|export|cp|mv|cat|tee|sleep|date|chmod|chown|apt-key|gpg|\[|test|unset)$/;
const lists = /^\/var\/(?:lib|cache)\/(?:apt|apk|dnf|yum|zypp)|^\/var\/(?:lib|cache)$|^\/etc\/apk\/cache/;

/** A cached layer keeps old package lists; the next RUN then asks for files that no mirror has any more. */
export const rule: DockerfileRule = {
  summary: 'Package lists are updated in the RUN that installs.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  needs: ['packages'],
  check(context) {
    const onlyPrepares = perRun((run) => run.script.commands.every(isPreparation));
    return context.commands.calls.flatMap((placed) => {
      const { call, run } = placed;
      if (call.action !== 'update' || (call.manager !== 'apt' && call.manager !== 'apk') || run.scratch.some((path) => lists.test(path)))
        return [];
      if (!onlyPrepares(run)) return [];
      return [
        {
          range: context.range(call),
          message: `\`${call.program} ${call.verb.text}\` in a RUN of its own: the layer is cached, and later installs use its old lists. Chain it with the install.`,
          fixes: fixOf(context, placed, run),
        },
      ];
    });
  },
};

/** Commands that do not install anything themselves. */
function isPreparation(command: ShellCommand): boolean {
  if (harmless.test(command.name)) return true;
  const call = packageCall(command);
  return call ? call.action !== 'install' : command.name === 'apt-cache';
}

function fixOf(context: DockerfileContext, { stage, call }: PlacedCall, run: RunInstruction) {
  const instructions = context.file.stages[stage]?.instructions ?? [];
  const next = instructions[instructions.indexOf(run) + 1];
  if (next?.kind !== 'RUN' || !instructions.includes(run) || next.flags.length > 0 || run.flags.length > 0 || next.json || run.json)
    return [];
  const installs = next.script.commands.some((command) => {
    const other = packageCall(command);
    return other?.manager === call.manager && other.action === 'install';
  });
  const edit = installs ? joinEdit(context.file, run, next) : undefined;
  return edit ? [{ title: 'Join with the RUN that installs', edits: [edit], preview: true }] : [];
}

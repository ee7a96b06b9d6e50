import { chainEdit } from '../../dockerfile/chain.ts';
import type { PlacedCall } from '../../dockerfile/commands.ts';
import { valueAfter } from '../../dockerfile/options.ts';
import { type PackageCall, packageCall } from '../../dockerfile/packages.ts';
import { isBuild, isBuildPackage, isCompiler } from '../../dockerfile/packagesBuild.ts';
import type { ShellWord } from '../../dockerfile/shellModel.ts';
import { type DockerfileContext, type DockerfileRule, isShipped } from '../context.ts';
import type { Fix, Report } from '../rule.ts';

/** Compilers and headers serve the build; in the image they are weight, and tools for whoever breaks in. */
export const rule: DockerfileRule = {
  summary: 'What only the build needs is removed in the RUN that installed it.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  check(context) {
    return context.commands.calls.flatMap((placed) => {
      const { call } = placed;
      if (call.action !== 'install' || !isShipped(context, placed)) return [];
      return call.manager === 'apk' ? (virtualLeft(context, placed) ?? toolsLeft(context, placed)) : toolsLeft(context, placed);
    });
  },
};

/** Calls of the same manager that remove something behind a call, in its RUN. */
function removals({ run, call }: PlacedCall): readonly PackageCall[] {
  return run.script.commands.flatMap((command) => {
    const other = command.start > call.start ? packageCall(command) : undefined;
    const same = other && (other.manager === call.manager || /^(?:dnf|yum)$/.test(other.manager));
    return same && other.action === 'remove' ? [other] : [];
  });
}

/** `apk add --virtual .build-deps …` exists to be deleted; undefined when the call names no such set. */
function virtualLeft(context: DockerfileContext, placed: PlacedCall): readonly Report[] | undefined {
  const { call } = placed;
  const option = call.options.find(({ value }) => /^(?:-t|--virtual)(?:=|$)/.test(value));
  if (!option) return undefined;
  const name = valueAfter(call.command.words, option);
  const deleted = removals(placed).some(({ packages }) => packages.some(({ value, literal }) => !literal || value === name));
  if (deleted || !/build|compil|fetch|te?mp|make|dev/i.test(name)) return [];
  const word = call.command.words.find(({ value }) => value === name) ?? option;
  return [reportOf(context, placed, word, name, `apk del --no-network ${name}`, false)];
}

function toolsLeft(context: DockerfileContext, placed: PlacedCall): readonly Report[] {
  const { call, run } = placed;
  const tools = call.packages.filter((word) => word.literal && isBuildPackage(call.manager, word.value));
  const first = tools.find(({ value }) => isCompiler(value)) ?? tools[0];
  if (!first || removals(placed).length > 0) return [];
  const builds = run.script.commands.some((command) => command.start > call.start && isBuild(command));
  if (!builds && !isCompiler(first.value)) return [];
  const names = tools.map(({ value }) => value).join(' ');
  const command = call.manager === 'apt' ? `apt-get purge -y --auto-remove ${names}` : removeCommand(call, names);
  return [
    { ...reportOf(context, placed, first, first.text, builds ? command : '', true), ...(builds ? {} : { severity: 'info' as const }) },
  ];
}

function removeCommand({ manager, program }: PackageCall, names: string): string {
  if (manager === 'apk') return `apk del --no-network ${names}`;
  return manager === 'zypper' ? `zypper --non-interactive remove --clean-deps ${names}` : `${program} remove -y ${names}`;
}

function reportOf(
  context: DockerfileContext,
  { run, call }: PlacedCall,
  word: ShellWord,
  what: string,
  command: string,
  preview: boolean,
): Report {
  const scope = run.script.scopes[call.command.scope];
  const edit = command !== '' && scope ? chainEdit(context.file, run, scope, command) : undefined;
  const fixes: readonly Fix[] = edit ? [{ title: `End with ${command}`, edits: [edit], ...(preview ? { preview } : {}) }] : [];
  return {
    range: context.range(word),
    message: `\`${what}\` serves the build and stays in the image: weight, and tools for whoever breaks in. Remove it in the same RUN, or build in a stage of its own.`,
    fixes,
  };
}

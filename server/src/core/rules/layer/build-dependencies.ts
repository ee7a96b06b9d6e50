import { chaining } from '../../dockerfile/chain.ts';
import { lastStart, perRun } from '../../dockerfile/commands.ts';
import type { RunInstruction } from '../../dockerfile/model.ts';
import { valueAfter } from '../../dockerfile/options.ts';
import { type PackageCall, packageCall } from '../../dockerfile/packages.ts';
import { isBuild, isBuildPackage, isCompiler } from '../../dockerfile/packagesBuild.ts';
import type { ShellWord } from '../../dockerfile/shellModel.ts';
import type { TextEdit } from '../../text/edits.ts';
import { type DockerfileContext, type DockerfileRule, isShipped } from '../context.ts';
import type { Fix, Report } from '../rule.ts';

/** Compilers and headers serve the build; in the image they are weight, and tools for whoever breaks in. */
export const rule: DockerfileRule = {
  summary: 'What only the build needs is removed in the RUN that installed it.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  needs: ['packages'],
  check(context) {
    const about = perRun(factsOf);
    const chain = chaining(context.file);
    return context.commands.calls.flatMap((placed) => {
      const { call, run } = placed;
      if (call.action !== 'install' || !isShipped(context, placed)) return [];
      const left = (call.manager === 'apk' ? virtualLeft(call, about(run)) : undefined) ?? toolsLeft(call, about(run));
      const scope = run.script.scopes[call.command.scope];
      return left.map((found) => {
        const edit = found.command !== '' && scope ? chain(run, scope, found.command) : undefined;
        return reportOf(context, found, edit);
      });
    });
  },
};

/** What a RUN removes and builds: gone through once. */
interface Facts {
  /** Start of the last removal by each family of package managers. */
  readonly removed: ReadonlyMap<string, number>;
  /** Names that `apk del` removes; `*` where they are not told. */
  readonly deleted: ReadonlySet<string>;
  /** Start of the last command that builds, or -1. */
  readonly built: number;
}

interface Left {
  readonly word: ShellWord;
  readonly what: string;
  /** What would remove it; empty when a later RUN may need it. */
  readonly command: string;
  readonly preview: boolean;
  readonly severity?: 'info';
}

const familyOf = ({ manager }: PackageCall) => (manager === 'yum' ? 'dnf' : manager);

function factsOf(run: RunInstruction): Facts {
  const removed = new Map<string, number>();
  const deleted = new Set<string>();
  for (const command of run.script.commands) {
    const call = packageCall(command);
    if (call?.action !== 'remove') continue;
    removed.set(familyOf(call), call.start);
    if (call.manager === 'apk') for (const { value, literal } of call.packages) deleted.add(literal ? value : '*');
  }
  return { removed, deleted, built: lastStart(run, isBuild) };
}

/** `apk add --virtual .build-deps …` exists to be deleted; undefined when the call names no such set. */
function virtualLeft({ options, command }: PackageCall, { deleted }: Facts): readonly Left[] | undefined {
  const option = options.find(({ value }) => /^(?:-t|--virtual)(?:=|$)/.test(value));
  if (!option) return undefined;
  const name = valueAfter(command.words, option);
  if (deleted.has(name) || deleted.has('*') || !/build|compil|fetch|te?mp|make|dev/i.test(name)) return [];
  const word = command.words.find(({ value }) => value === name) ?? option;
  return [{ word, what: name, command: `apk del --no-network ${name}`, preview: false }];
}

function toolsLeft(call: PackageCall, { removed, built }: Facts): readonly Left[] {
  const tools = call.packages.filter((word) => word.literal && isBuildPackage(call.manager, word.value));
  const first = tools.find(({ value }) => isCompiler(value)) ?? tools[0];
  if (!first || (removed.get(familyOf(call)) ?? -1) > call.start) return [];
  const builds = built > call.start;
  if (!builds && !isCompiler(first.value)) return [];
  const names = tools.map(({ value }) => value).join(' ');
  const command = call.manager === 'apt' ? `apt-get purge -y --auto-remove ${names}` : removeCommand(call, names);
  return [{ word: first, what: first.text, command: builds ? command : '', preview: true, ...(builds ? {} : { severity: 'info' }) }];
}

function removeCommand({ manager, program }: PackageCall, names: string): string {
  if (manager === 'apk') return `apk del --no-network ${names}`;
  return manager === 'zypper' ? `zypper --non-interactive remove --clean-deps ${names}` : `${program} remove -y ${names}`;
}

function reportOf(context: DockerfileContext, { word, what, command, preview, severity }: Left, edit: TextEdit | undefined): Report {
  const fixes: readonly Fix[] = edit ? [{ title: `End with ${command}`, edits: [edit], ...(preview ? { preview } : {}) }] : [];
  return {
    range: context.range(word),
    message: `\`${what}\` serves the build and stays in the image: weight, and tools for whoever breaks in. Remove it in the same RUN, or build in a stage of its own.`,
    fixes,
    ...(severity ? { severity } : {}),
  };
}

import { chainEdit } from '../../dockerfile/chain.ts';
import type { RunInstruction } from '../../dockerfile/model.ts';
import { type PackageCall, packageCall } from '../../dockerfile/packages.ts';
import { empties, removedPaths } from '../../dockerfile/removals.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { shippedRuns } from '../context.ts';
import { addedWord } from '../edits.ts';
import type { Report } from '../rule.ts';

interface Recipe {
  /** Programs that share one cache and can clean for each other. */
  readonly managers: readonly PackageCall['manager'][];
  /** Folders that hold what is left; deleting or mounting any of them is enough. */
  readonly folders: readonly string[];
  readonly leaves: (call: PackageCall) => boolean;
  readonly cleans: (call: PackageCall) => boolean;
  readonly left: string;
  readonly command: (call: PackageCall) => string;
  readonly alias: (call: PackageCall) => readonly string[];
}

const recipes: readonly Recipe[] = [
  {
    managers: ['apt'],
    folders: ['/var/lib/apt/lists'],
    leaves: (call) => call.action === 'update',
    cleans: (call) => /^dist-?clean$/.test(call.verb.value),
    left: 'the package lists in `/var/lib/apt/lists`',
    command: () => 'rm -rf /var/lib/apt/lists/*',
    alias: () => ['DL3009'],
  },
  {
    managers: ['yum', 'dnf'],
    folders: ['/var/cache/yum', '/var/cache/dnf', '/var/cache/libdnf5'],
    leaves: (call) => call.action === 'install' || call.action === 'update',
    cleans: (call) => call.action === 'clean' && call.packages.some((word) => /^(?:all|metadata|expire-cache|packages)$/.test(word.value)),
    left: 'its cache below `/var/cache`',
    command: (call) => `${call.program} clean all`,
    alias: (call) =>
      call.program === 'yum' ? peerOf(call, /^install$/, 'DL3032') : peerOf(call, /^(?:install|reinstall|upgrade|module)$/, 'DL3040'),
  },
  {
    managers: ['zypper'],
    folders: ['/var/cache/zypp'],
    leaves: (call) => call.action === 'install',
    cleans: (call) => call.action === 'clean',
    left: 'its cache in `/var/cache/zypp`',
    command: () => 'zypper clean --all',
    alias: (call) => peerOf(call, /^(?:install|in)$/, 'DL3036'),
  },
];

/** The peer's id where its rule looks at the sub-command too. */
function peerOf({ verb }: PackageCall, verbs: RegExp, id: string): readonly string[] {
  return verbs.test(verb.value) ? [id] : [];
}

/** What a package manager leaves behind is deleted in the RUN that made it: a later layer only hides it. */
export const rule: DockerfileRule = {
  summary: 'A RUN that installs packages also removes what the package manager leaves behind.',
  severity: 'warning',
  aliases: ['DL3009', 'DL3019', 'DL3032', 'DL3036', 'DL3040'],
  fixable: true,
  needs: ['packages'],
  check(context) {
    return shippedRuns(context).flatMap((run) => {
      const calls = run.script.commands.flatMap((command) => packageCall(command) ?? []);
      if (calls.length === 0) return [];
      return [...recipes.flatMap((recipe) => leftBehind(context, run, calls, recipe) ?? []), ...alpine(context, run, calls)];
    });
  },
};

function isScratch(run: RunInstruction, folders: readonly string[]): boolean {
  return folders.some((folder) => run.scratch.some((target) => empties(target, folder)));
}

function deletes(run: RunInstruction, folders: readonly string[], after: number): boolean {
  return run.script.commands.some(
    (command) => command.start > after && removedPaths(command).some((path) => folders.some((folder) => empties(path, folder))),
  );
}

function leftBehind(context: DockerfileContext, run: RunInstruction, calls: readonly PackageCall[], recipe: Recipe): Report | undefined {
  const own = calls.filter((call) => recipe.managers.includes(call.manager));
  const last = own.filter(recipe.leaves).at(-1);
  if (!last || isScratch(run, recipe.folders)) return undefined;
  if (own.some((call) => call.start > last.start && recipe.cleans(call)) || deletes(run, recipe.folders, last.start)) return undefined;
  const scope = run.script.scopes[last.command.scope];
  const command = recipe.command(last);
  const prefix = last.command.prefixes.some((word) => /(?:^|\/)sudo$/.test(word.value)) ? 'sudo ' : '';
  const edit = scope && chainEdit(context.file, run, scope, prefix + command);
  return {
    range: context.range(last),
    message: `\`${last.program} ${last.verb.text}\` leaves ${recipe.left} in this layer, where a later RUN cannot remove it. End this RUN with \`${command}\`.`,
    aliases: recipe.alias(last),
    fixes: edit ? [{ title: `Clean up with ${command}`, edits: [edit] }] : [],
  };
}

/** `apk add --no-cache` leaves no index; without it, every call is at fault by itself. */
function alpine(context: DockerfileContext, run: RunInstruction, calls: readonly PackageCall[]): readonly Report[] {
  const folders = ['/var/cache/apk', '/etc/apk/cache'];
  if (isScratch(run, folders)) return [];
  return calls.flatMap((call) => {
    if (call.manager !== 'apk' || call.action !== 'install') return [];
    if (call.options.some((option) => option.value === '--no-cache') || deletes(run, folders, call.start)) return [];
    const fix = addedWord(context, run, call.verb.end, '--no-cache');
    const message = `\`apk ${call.verb.text}\` without \`--no-cache\` leaves the package index in this layer. Add \`--no-cache\`.`;
    return [{ range: context.range(call), message, aliases: call.verb.value === 'add' ? ['DL3019'] : [], fixes: [fix] }];
  });
}

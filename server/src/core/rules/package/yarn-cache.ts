import { chainEdit } from '../../dockerfile/chain.ts';
import type { PlacedCommand } from '../../dockerfile/commands.ts';
import { languageCall } from '../../dockerfile/packagesLanguage.ts';
import { empties, removedPaths } from '../../dockerfile/removals.ts';
import { variableAt } from '../../dockerfile/settings.ts';
import { baseEnv, type DockerfileContext, type DockerfileRule, isShipped } from '../context.ts';

/** yarn keeps a copy of every package beside node_modules. */
export const rule: DockerfileRule = {
  summary: 'yarn leaves no cache in the image.',
  severity: 'info',
  aliases: ['DL3060'],
  fixable: true,
  check(context) {
    return context.commands.named('yarn', 'yarnpkg').flatMap((placed) => {
      const { run, command } = placed;
      const call = languageCall(command);
      const verb = call ? call.verb.value : installsBare(placed) ? '' : undefined;
      if (verb === undefined || (verb !== '' && verb !== 'install' && verb !== 'add')) return [];
      if (!isShipped(context, placed) || isCleaned(placed) || isElsewhere(context, placed)) return [];
      const scope = run.script.scopes[command.scope];
      const edit = scope && chainEdit(context.file, run, scope, 'yarn cache clean');
      const end = call?.verb.end ?? command.words[0]?.end ?? command.end;
      return [
        {
          range: context.range({ start: command.words[0]?.start ?? command.start, end }),
          message:
            'yarn leaves its cache, a second copy of every package, in this layer. End this RUN with `yarn cache clean`, or mount a cache.',
          aliases: verb === 'install' ? ['DL3060'] : [],
          fixes: edit ? [{ title: 'Clean up with yarn cache clean', edits: [edit] }] : [],
        },
      ];
    });
  },
};

/** `yarn` alone, or with options only, installs; `yarn --version` does not. */
function installsBare({ command }: PlacedCommand): boolean {
  return command.words.slice(1).every(({ value }) => value.startsWith('-') && !/^(?:-v|--version|-h|--help)$/.test(value));
}

const folders = ['/usr/local/share/.cache/yarn', '/root/.cache/yarn', '/root/.yarn/berry/cache'];

function isCleaned({ run, command }: PlacedCommand): boolean {
  if (run.scratch.some((path) => /yarn|\.cache|\$/.test(path))) return true;
  return run.script.commands.some((other) => {
    if (other.start <= command.start) return false;
    const call = languageCall(other);
    if (call?.manager === 'yarn' && call.verb.value === 'cache' && call.packages.some(({ value }) => value === 'clean')) return true;
    return removedPaths(other).some(
      (path) => /(?:^|\/)\.?(?:cache|yarn)(?:\/|$)|cache$/.test(path) || folders.some((folder) => empties(path, folder)),
    );
  });
}

/** A folder that the author chose: what becomes of it is told elsewhere. */
function isElsewhere(context: DockerfileContext, placed: PlacedCommand): boolean {
  if (placed.command.words.some(({ value }) => /^--cache-folder/.test(value))) return true;
  const base = baseEnv(context, placed);
  return ['YARN_CACHE_FOLDER', 'YARN_GLOBAL_FOLDER'].some((name) => variableAt(context.file, placed, name, base));
}

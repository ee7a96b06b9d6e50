import { chaining } from '../../dockerfile/chain.ts';
import { lastStart, type PlacedCommand, perRun } from '../../dockerfile/commands.ts';
import type { RunInstruction } from '../../dockerfile/model.ts';
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
  programs: ['yarn', 'yarnpkg'],
  check(context) {
    const cleaned = perRun(cleanedUntil);
    const chain = chaining(context.file);
    return context.commands.named('yarn', 'yarnpkg').flatMap((placed) => {
      const { run, command } = placed;
      const call = languageCall(command);
      const verb = call ? call.verb.value : installsBare(placed) ? '' : undefined;
      if (verb === undefined || (verb !== '' && verb !== 'install' && verb !== 'add')) return [];
      if (!isShipped(context, placed) || command.start < cleaned(run) || isElsewhere(context, placed)) return [];
      const scope = run.script.scopes[command.scope];
      const edit = scope && chain(run, scope, 'yarn cache clean');
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

/** What stands before this offset of a RUN leaves nothing. */
function cleanedUntil(run: RunInstruction): number {
  if (run.scratch.some((path) => /yarn|\.cache|\$/.test(path))) return run.end;
  return lastStart(run, (command) => {
    if (command.name === 'rm' || command.name === 'find') {
      return removedPaths(command).some(
        (path) => /(?:^|\/)\.?(?:cache|yarn)(?:\/|$)|cache$/.test(path) || folders.some((folder) => empties(path, folder)),
      );
    }
    const call = command.name.startsWith('yarn') ? languageCall(command) : undefined;
    return call?.verb.value === 'cache' && call.packages.some(({ value }) => value === 'clean');
  });
}

/** A folder that the author chose: what becomes of it is told elsewhere. */
function isElsewhere(context: DockerfileContext, placed: PlacedCommand): boolean {
  if (placed.command.words.some(({ value }) => /^--cache-folder/.test(value))) return true;
  const base = baseEnv(context, placed);
  return ['YARN_CACHE_FOLDER', 'YARN_GLOBAL_FOLDER'].some((name) => variableAt(context.file, placed, name, base));
}

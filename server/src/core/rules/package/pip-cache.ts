import { lastStart, type PlacedCommand, perRun } from '../../dockerfile/commands.ts';
import type { RunInstruction } from '../../dockerfile/model.ts';
import { type LanguageCall, languageCall } from '../../dockerfile/packagesLanguage.ts';
import { empties, removedPaths } from '../../dockerfile/removals.ts';
import { variableAt, writtenBefore } from '../../dockerfile/settings.ts';
import { baseEnv, type DockerfileContext, type DockerfileRule, isShipped } from '../context.ts';
import { addedWord } from '../edits.ts';

/** pip keeps every archive that it downloads; in an image nobody installs it a second time. */
export const rule: DockerfileRule = {
  summary: 'pip leaves no cache in the image.',
  severity: 'warning',
  aliases: ['DL3042'],
  fixable: true,
  needs: ['languagePackages'],
  check(context) {
    const cleaned = perRun(cleanedUntil);
    return context.commands.languageCalls.flatMap((placed) => {
      const { call } = placed;
      if ((call.manager !== 'pip' && call.manager !== 'uv') || call.verb.value !== 'install') return [];
      if (!isShipped(context, placed) || isOff(call) || placed.command.start < cleaned(placed.run) || isConfigured(placed, context, call))
        return [];
      const flag = call.manager === 'uv' ? '--no-cache' : '--no-cache-dir';
      return [
        {
          range: context.range({ start: call.command.words[0]?.start ?? call.command.start, end: call.verb.end }),
          message: `\`${call.program} install\` leaves its cache of downloads in this layer. Add \`${flag}\`, or mount a cache at the folder.`,
          aliases: call.manager === 'pip' ? ['DL3042'] : [],
          fixes: [addedWord(context, placed.run, call.verb.end, flag)],
        },
      ];
    });
  },
};

function isOff({ options }: LanguageCall): boolean {
  return options.some(({ name }) => /^(?:--no-cache(?:-dir)?|-n|--no-index|--dry-run|--cache-dir|--help|-h)$/.test(name));
}

const folder = /(?:^|\/)\.cache(?:\/(?:pip|uv))?$/;

/** What stands before this offset of a RUN leaves nothing: a mount lies at the cache, or it is removed there. */
function cleanedUntil(run: RunInstruction): number {
  if (run.scratch.some((path) => folder.test(path) || /\$|(?:^|\/)(?:pip|uv)[^/]*cache|^\/root$|cache\/(?:pip|uv)/.test(path)))
    return run.end;
  return lastStart(run, (command) => {
    if (command.name === 'uv') return command.words[1]?.value === 'cache';
    if (command.name === 'rm' || command.name === 'find')
      return removedPaths(command).some((path) => folder.test(path) || empties(path, '/root'));
    const call = languageCall(command);
    return call?.manager === 'pip' && call.verb.value === 'cache';
  });
}

/** pip takes any value of PIP_NO_CACHE_DIR for "no cache", `0` and `off` too (pip's own cmdoptions.py says so). */
function isConfigured(placed: PlacedCommand, context: DockerfileContext, call: LanguageCall): boolean {
  const base = baseEnv(context, placed);
  const names = call.manager === 'uv' ? ['UV_NO_CACHE', 'UV_CACHE_DIR'] : ['PIP_NO_CACHE_DIR', 'PIP_CACHE_DIR'];
  if (names.some((name) => variableAt(context.file, placed, name, base))) return true;
  return writtenBefore(context.file, placed, /config\s+set\s+\S*\.no-cache-dir|^[ \t]*no-cache-dir[ \t]*=/m, /(?:^|\/)pip\.(?:conf|ini)$/);
}

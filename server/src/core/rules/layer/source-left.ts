import { chaining } from '../../dockerfile/chain.ts';
import { lastStart, type PlacedCommand, perRun } from '../../dockerfile/commands.ts';
import type { RunInstruction } from '../../dockerfile/model.ts';
import { readArguments } from '../../dockerfile/options.ts';
import type { ShellCommand, ShellWord } from '../../dockerfile/shellModel.ts';
import { type DockerfileRule, isShipped } from '../context.ts';

const cloneValues = new Set(
  '-b --branch --depth -o --origin -u --upload-pack --reference --reference-if-able --separate-git-dir -j --jobs --template -c --config --shallow-since --shallow-exclude --filter --server-option --bundle-uri'.split(
    ' ',
  ),
);

/** Source that was built and installed elsewhere is of no more use. */
export const rule: DockerfileRule = {
  summary: 'Cloned source is removed when it has been built and installed.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  programs: ['git'],
  check(context) {
    const about = perRun(factsOf);
    const chain = chaining(context.file);
    return context.commands.named('git').flatMap((placed) => {
      const clone = cloneOf(placed.command);
      if (!clone || !isShipped(context, placed) || !isLeft(placed, clone.folder, about(placed.run))) return [];
      const scope = placed.run.script.scopes[placed.command.scope];
      const absolute = clone.folder.startsWith('/') && clone.folder.length > 1;
      const edit = absolute && scope ? chain(placed.run, scope, `rm -rf ${clone.folder}`) : undefined;
      return [
        {
          range: context.range(clone.word),
          message: `The source in \`${clone.folder}\` was built and installed elsewhere, and stays in this layer with its whole history. Remove it in the same RUN, or build in a stage of its own.`,
          fixes: edit ? [{ title: `Remove ${clone.folder} at the end`, edits: [edit], preview: true }] : [],
        },
      ];
    });
  },
};

/** The folder of `git clone`, told or by the address. */
function cloneOf({ words }: ShellCommand): { readonly folder: string; readonly word: ShellWord } | undefined {
  const at = words.findIndex(({ value }) => value === 'clone');
  if (at < 1) return undefined;
  const { plain } = readArguments(words.slice(at + 1), cloneValues);
  const [address, folder] = plain;
  if (!address || (folder && !folder.literal)) return undefined;
  const name = (
    folder?.value ??
    address.value
      .replace(/[/:]$/, '')
      .replace(/^.*[/:]/, '')
      .replace(/\.git$/, '')
  ).replace(/(?<=.)\/$/, '');
  return name === '' || name === '.' || name.includes('$') ? undefined : { folder: name, word: folder ?? address };
}

interface Facts {
  /** Start of the last step that installs, or -1. */
  readonly installed: number;
  readonly unknownFolder: boolean;
  readonly removing: readonly ShellCommand[];
}

function factsOf(run: RunInstruction): Facts {
  const { commands } = run.script;
  return {
    installed: lastStart(run, installs),
    unknownFolder: commands.some(({ name, words }) => (name === 'cd' || name === 'pushd') && words[1]?.literal === false),
    removing: commands.filter(({ name }) => /^(?:rm|find|mv)$/.test(name)).slice(-50),
  };
}

/** Built and installed behind the clone, not removed, and not in a folder that is thrown away. */
function isLeft({ run, command }: PlacedCommand, folder: string, { installed, unknownFolder, removing }: Facts): boolean {
  if (installed < command.start || unknownFolder) return false;
  if (run.scratch.some((path) => folder === path || folder.startsWith(`${path}/`))) return false;
  const last = folder.slice(folder.lastIndexOf('/') + 1);
  return !removing.some(
    ({ start, words }) => start > command.start && words.slice(1).some(({ value, literal }) => !literal || removes(value, folder, last)),
  );
}

function removes(value: string, folder: string, last: string): boolean {
  const path = value.replace(/\/?\*?$/, '');
  return (
    value.includes('*') ||
    /^\.{1,2}(?:\/|$)/.test(value) ||
    path.endsWith(last) ||
    (path !== '' && folder.startsWith(`${path}/`)) ||
    value.includes('{')
  );
}

/** A step that puts the results where they are used. */
function installs({ name, words }: ShellCommand): boolean {
  const values = words.slice(1).map(({ value }) => value);
  if (/^(?:make|gmake|ninja|meson|cargo|go)$/.test(name)) return values.some((value) => /^install(?:-\w+)?$/.test(value));
  if (name === 'cmake') return values.includes('--install') || (values.includes('--build') && values.includes('install'));
  if (/^pip\d?/.test(name))
    return values.includes('install') && values.some((value) => /^\.{1,2}(?:\/|\[|$)/.test(value)) && !values.includes('-e');
  return /^python\d?/.test(name) && values.includes('setup.py') && values.includes('install');
}

import { chainEdit } from '../../dockerfile/chain.ts';
import type { PlacedCommand } from '../../dockerfile/commands.ts';
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
  check(context) {
    return context.commands.named('git').flatMap((placed) => {
      const clone = cloneOf(placed.command);
      if (!clone || !isShipped(context, placed) || !isLeft(placed, clone.folder)) return [];
      const scope = placed.run.script.scopes[placed.command.scope];
      const absolute = clone.folder.startsWith('/') && clone.folder.length > 1;
      const edit = absolute && scope ? chainEdit(context.file, placed.run, scope, `rm -rf ${clone.folder}`) : undefined;
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

/** Built and installed behind the clone, not removed, and not in a folder that is thrown away. */
function isLeft({ run, command }: PlacedCommand, folder: string): boolean {
  const after = run.script.commands.filter(({ start }) => start > command.start);
  if (!after.some(installs) || run.scratch.some((path) => folder === path || folder.startsWith(`${path}/`))) return false;
  if (run.script.commands.some(({ name, words }) => (name === 'cd' || name === 'pushd') && words[1] && !words[1].literal)) return false;
  const last = folder.slice(folder.lastIndexOf('/') + 1);
  return !after.some(
    ({ name, words }) =>
      /^(?:rm|find|mv)$/.test(name) && words.slice(1).some(({ value, literal }) => !literal || removes(value, folder, last)),
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

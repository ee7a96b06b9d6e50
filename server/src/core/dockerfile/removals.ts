import type { ShellCommand } from './shellModel.ts';

/** Folders and files that a command deletes, without trailing slashes and a last star: `rm -rf /var/lib/{apt,dpkg}/*`. */
export function removedPaths(command: ShellCommand): readonly string[] {
  if (command.name === 'rm') {
    return command.words.slice(1).flatMap((word) => (word.value.startsWith('-') ? [] : braces(word.value).map(folderOf)));
  }
  if (command.name !== 'find') return [];
  const deletes = command.words.some((word, i) => word.value === '-delete' || (word.value === 'rm' && i > 1));
  const first = command.words.findIndex((word, i) => i > 0 && word.value.startsWith('-'));
  return deletes ? command.words.slice(1, first < 0 ? undefined : first).flatMap((word) => braces(word.value).map(folderOf)) : [];
}

/** True when deleting `removed` empties `folder`. */
export function empties(removed: string, folder: string): boolean {
  return removed === folder || folder.startsWith(`${removed}/`) || removed === '';
}

function folderOf(path: string): string {
  return path.replace(/\/[^/]*\*[^/]*$/, '').replace(/\/+$/, '');
}

/** Brace expansion of the first few alternatives; nesting is left as it is. */
function braces(text: string): string[] {
  const match = /^([^{}]*)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(text);
  if (!match || text.length > 500) return [text];
  const [, before = '', alternatives = '', after = ''] = match;
  return alternatives
    .split(',')
    .slice(0, 20)
    .flatMap((alternative) => (after.includes('{') && after.length > 100 ? [] : braces(before + alternative + after)))
    .slice(0, 100);
}

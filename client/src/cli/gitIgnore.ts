/** One `.gitignore`: the folder it stands in, relative to the root (`''` or ending in `/`), and its patterns. */
export interface IgnoreFile {
  readonly folder: string;
  readonly patterns: readonly IgnorePattern[];
}

interface IgnorePattern {
  readonly expression: RegExp;
  readonly negated: boolean;
  readonly folderOnly: boolean;
}

/** Reads a `.gitignore` by gitignore(5). */
export function readIgnoreFile(folder: string, text: string): IgnoreFile {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/(?<!\\)\s+$/, ''));
  return { folder, patterns: lines.filter((line) => line !== '' && !line.startsWith('#')).map(pattern) };
}

/** True when the last pattern that matches, of the nearest file, ignores the path (relative to the root, with `/`). */
export function isIgnored(files: readonly IgnoreFile[], path: string, isFolder: boolean): boolean {
  let ignored = false;
  for (const { folder, patterns } of files) {
    const inner = path.slice(folder.length);
    for (const { expression, negated, folderOnly } of patterns) {
      if ((!folderOnly || isFolder) && expression.test(inner)) ignored = !negated;
    }
  }
  return ignored;
}

function pattern(line: string): IgnorePattern {
  const negated = line.startsWith('!');
  const folderOnly = line.endsWith('/');
  const body = line
    .replace(/^!/, '')
    .replace(/^\\([!#])/, '$1')
    .replace(/\/$/, '');
  const anchored = body.includes('/');
  return { negated, folderOnly, expression: new RegExp(`^${anchored ? '' : '(?:.*/)?'}${source(body.replace(/^\//, ''))}$`) };
}

function source(glob: string): string {
  return glob.replace(/\*\*\/|\/\*\*$|\*+|\?|\[!?[^\]]+\]|\\.|[.+^$(){}|[\]\\]/g, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '/**') return '/.*';
    if (token.startsWith('*')) return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.length > 2 && token.startsWith('[')) return token.replace('[!', '[^');
    return token.startsWith('\\') && token.length === 2 ? `\\${token[1]}` : `\\${token}`;
  });
}

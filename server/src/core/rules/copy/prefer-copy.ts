import { instructionsOf } from '../../dockerfile/walk.ts';
import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

/** Flags that ADD alone has. */
const addOnly = new Set(['checksum', 'keep-git-dir', 'unpack']);
const remote = /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/i;
const archive = /\.(?:tar|t?gz|tbz2?|bz2?|t?xz|tlz|lzma|lz|t?zst|taz|Z|lz4)$/i;
const plainFile = /\/$|^\.{1,2}$|(?:^|\/)[^/]+\.\w{1,12}$/;

/** Plain files are copied by COPY. */
export const rule: DockerfileRule = {
  summary: 'Plain files and folders are copied by COPY; ADD is for archives, URLs and repositories.',
  severity: 'warning',
  aliases: ['DL3020'],
  fixable: true,
  needs: ['ADD'],
  check(context) {
    const own = new Set<unknown>(context.file.instructions);
    return instructionsOf(context.file.instructions, 'ADD').flatMap((instruction) => {
      const sources = instruction.sources.map(({ value }) => value.replace(/^(["'])(.*)\1$/s, '$2'));
      if (instruction.kind !== 'ADD' || sources.length === 0 || !instruction.destination) return [];
      if (instruction.flags.some(({ name }) => addOnly.has(name)) || sources.some(mayNeedAdd)) return [];
      // A file without an extension may be an archive all the same.
      const preview = instruction.heredocs.length === 0 && !sources.every((source) => plainFile.test(source));
      return [
        {
          range: context.range(instruction.keyword),
          message: 'ADD unpacks archives and fetches URLs; here are plain files. COPY does just that, and nobody has to wonder. Use COPY.',
          aliases: !own.has(instruction) || instruction.heredocs.length > 0 ? [] : ['DL3020'],
          fixes: [replacement(context, instruction.keyword, copyLike(instruction.keyword.value), 'Use COPY', preview)],
        },
      ];
    });
  },
};

/** URLs, repositories, archives, and what could be one of them: variables and open patterns. */
function mayNeedAdd(source: string): boolean {
  if (remote.test(source) || archive.test(source)) return true;
  if (/\.git(?:#.*)?$/.test(source)) return true;
  return /[$*?[]/.test(source) && !/\.[\w-]+$/.test(source);
}

function copyLike(keyword: string): string {
  return keyword === keyword.toLowerCase() ? 'copy' : 'COPY';
}

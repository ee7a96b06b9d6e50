import { instructionsOf } from '../../dockerfile/walk.ts';
import { lineIndex } from '../../text/lineIndex.ts';
import type { DockerfileRule } from '../context.ts';

/** What is copied is not kept out of the build context. */
export const rule: DockerfileRule = {
  summary: 'COPY and ADD name no files that `.dockerignore` keeps out of the build.',
  severity: 'warning',
  aliases: ['CopyIgnoredFile'],
  fixable: false,
  needs: ['COPY', 'ADD'],
  check(context) {
    const ignore = context.ignoreFile?.();
    if (!ignore || ignore.matcher.entries.length === 0) return [];
    const own = context.file.instructions.filter(({ kind }) => kind !== 'ONBUILD');
    return instructionsOf(own, 'COPY', 'ADD').flatMap((instruction) => {
      if (instruction.from) return [];
      return instruction.sources.flatMap((source) => {
        const path = plainPath(source.value);
        const entry = path === undefined ? undefined : ignore.matcher.decidedBy(path);
        if (path === undefined || !entry || entry.exception || (ignore.matcher.hasExceptions && mayHoldException(path, ignore.matcher)))
          return [];
        const location = { uri: ignore.uri, range: lineIndex(ignore.text).range(entry.start, entry.end) };
        return [
          {
            range: context.range(source),
            message: `\`${source.value}\` is kept out of the build by \`${entry.text}\` in .dockerignore: the build does not find it. Take it back in there, or do not copy it.`,
            related: [{ location, message: 'The pattern that keeps it out' }],
          },
        ];
      });
    });
  },
};

/** A path of the context without variables and patterns; undefined for what is none, and for the context itself. */
function plainPath(source: string): string | undefined {
  const path = source.replace(/^(["'])(.*)\1$/s, '$2');
  if (/[$*?[\]\\]|^<<|^[a-z][a-z0-9+.-]*:\/\/|^git@/i.test(path)) return undefined;
  const clean = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  return clean.length === 0 || clean.includes('..') ? undefined : clean.join('/');
}

/** True when an exception is about something below a folder: it is there then, with that content. */
function mayHoldException(
  path: string,
  { entries }: { readonly entries: readonly { readonly exception: boolean; readonly text: string }[] },
): boolean {
  return entries.some(
    ({ exception, text }) => exception && (text.slice(1).trim().replace(/^\//, '').startsWith(`${path}/`) || /^!\s*\/?\*\*/.test(text)),
  );
}

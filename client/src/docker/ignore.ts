import { normalize } from 'node:path/posix';
import { checkPattern, patternTest } from '../../../server/src/protocol/ignorePattern.ts';
import { fail } from '../errors.ts';

/** Which paths of a context a `.dockerignore` keeps out. */
export interface Ignore {
  /** True when the path (relative, `/`) or one of its parents is kept out and nothing takes it back in. */
  ignores(path: string): boolean;
  /** True when some pattern begins with `!`: below an ignored folder there may be files that are taken. */
  readonly hasExceptions: boolean;
}

interface Rule {
  readonly exception: boolean;
  readonly test: (path: string) => boolean;
}

/** Patterns of a `.dockerignore` as moby's `ignorefile.ReadAll` reads them: BOM, comments, blanks, `!`, slashes. */
export function readPatterns(text: string): string[] {
  const patterns: string[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (line.startsWith('#') || line.trim() === '') continue;
    const exception = line.trim().startsWith('!');
    let pattern = exception ? line.trim().slice(1).trim() : line.trim();
    if (pattern !== '') pattern = clean(pattern);
    if (pattern.length > 1 && pattern.startsWith('/')) pattern = pattern.slice(1);
    patterns.push(exception ? `!${pattern}` : pattern);
  }
  return patterns;
}

/**
 * moby's `patternmatcher.MatchesOrParentMatches` (github.com/moby/patternmatcher), the matching of BuildKit. `file` names the
 * origin in the `configuration` error that an invalid pattern throws.
 */
export function ignoreOf(patterns: readonly string[], file: string): Ignore {
  const rules = patterns.flatMap((pattern) => ruleOf(pattern, file));
  return {
    hasExceptions: rules.some((rule) => rule.exception),
    ignores: (path) => {
      const parents = parentsOf(path);
      let ignored = false;
      for (const rule of rules) {
        if (rule.exception !== ignored) continue;
        if (rule.test(path) || parents.some(rule.test)) ignored = !rule.exception;
      }
      return ignored;
    },
  };
}

function ruleOf(text: string, file: string): Rule[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  const cleaned = clean(trimmed);
  const exception = cleaned.startsWith('!');
  const pattern = exception ? cleaned.slice(1) : cleaned;
  try {
    if (pattern === '') throw new Error('nothing follows the exclamation mark');
    checkPattern(pattern);
    return [{ exception, test: patternTest(pattern) }];
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'not a pattern';
    throw fail('configuration', `${file}: the pattern \`${text}\` is not valid: ${why}.`, 'Correct the pattern.', { cause });
  }
}

/** `a/b/c` → `a`, `a/b`. */
function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) parents.push(path.slice(0, slash));
  return parents;
}

/** Go's `filepath.Clean`. */
function clean(path: string): string {
  const normal = normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

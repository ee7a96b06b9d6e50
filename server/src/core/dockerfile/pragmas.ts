import type { Comment, Directive, Dockerfile, Span } from './model.ts';
import { checkOptions } from './pragmaCheck.ts';
import { type PragmaProblem, type SuppressedName, wordsAfter } from './pragmaWords.ts';

export type { PragmaProblem, SuppressedName } from './pragmaWords.ts';

export type Layer = 'os' | 'base' | 'app';

/** The tool that a comment is written for. `check` is BuildKit's `# check=skip=…`. */
export type Dialect = 'waybill' | 'hadolint' | 'check';

/** A comment that says what is not to be reported, and where. */
export interface Suppression {
  /** The whole comment, from its `#`. */
  readonly comment: Span;
  readonly scope: 'instruction' | 'stage' | 'file';
  /** Rule ids, `category/*`, a peer's ids, or `all` in BuildKit's form. */
  readonly names: readonly SuppressedName[];
  readonly dialect: Dialect;
  /** Empty when none is given; BuildKit's form has no place for one. */
  readonly reason: string;
}

/** What the comments of a file say to linters. */
export interface Pragmas {
  /** `# waybill layer=…` */
  readonly layer?: Layer;
  readonly suppressions: readonly Suppression[];
  readonly problems: readonly PragmaProblem[];
  /** `# check=error=true`: BuildKit fails the build on what its checks find. */
  readonly checkErrors: boolean;
  /** `# check=experimental=…`: checks of BuildKit that are off by default, or `all`. */
  readonly experimental: readonly string[];
}

const talks = /^(waybill|hadolint)\s/i;
const pattern = /^(waybill|hadolint)\s+(?:([a-z]+)\s+(?=ignore\b))?([a-z-]+)(\s*)([=:]?)(\s*)(.*)$/i;
const checkPattern = /^check\s*=/i;

/** Reads the comments that talk to linters. A file without them costs one look at each comment's beginning. */
export function readPragmas(file: Dockerfile): Pragmas {
  const found: { layer?: Layer; suppressions: Suppression[]; problems: PragmaProblem[]; checkErrors: boolean; experimental: string[] } = {
    suppressions: [],
    problems: [],
    checkErrors: false,
    experimental: [],
  };
  for (const directive of file.directives) {
    if (directive.name === 'check') takeCheck(directive, directive.value.text, directive.value.start, 'file', found);
  }
  for (const comment of file.comments) {
    if (talks.test(comment.text)) takePragma(comment, found);
    else if (checkPattern.test(comment.text)) {
      const skipped = comment.text.indexOf('=') + 1;
      takeCheck(comment, comment.text.slice(skipped), comment.textStart + skipped, 'instruction', found);
    }
  }
  return found;
}

interface Found {
  layer?: Layer;
  readonly suppressions: Suppression[];
  readonly problems: PragmaProblem[];
  readonly experimental: string[];
  checkErrors: boolean;
}

function takeCheck(comment: Comment | Directive, text: string, start: number, scope: 'file' | 'instruction', found: Found): void {
  const options = checkOptions(text, start);
  found.problems.push(...options.problems);
  found.experimental.push(...options.experimental);
  found.checkErrors ||= options.error && scope === 'file';
  if (options.skip.length > 0) {
    found.suppressions.push({
      comment: { start: comment.start, end: comment.end },
      scope,
      names: options.skip,
      dialect: 'check',
      reason: '',
    });
  }
}

const words: Readonly<Record<string, readonly string[]>> = { waybill: ['ignore', 'layer'], hadolint: ['ignore', 'shell'] };
const scopes: Readonly<Record<string, readonly string[]>> = { waybill: ['stage', 'file'], hadolint: ['stage', 'global'] };

function takePragma(comment: Comment, found: Found): void {
  const match = pattern.exec(comment.text);
  if (!match) return;
  const [, tool = '', scope = '', word = '', gap = '', sign = '', blank = '', rest = ''] = match;
  const dialect = tool.toLowerCase() === 'hadolint' ? 'hadolint' : 'waybill';
  const restStart = comment.textStart + comment.text.length - rest.length;
  const wordStart = restStart - blank.length - sign.length - gap.length - word.length;
  const key = word.toLowerCase();
  // Prose that begins with the tool's name is no pragma.
  if (sign !== '=') {
    if (key === 'ignore' && /^[\w/*,-]*[\d/][\w/*,-]*(?:\s|$)/.test(rest))
      found.problems.push({
        start: wordStart,
        end: restStart,
        message: '`ignore` needs an equals sign: `ignore=…`.',
        replacement: `${word}=`,
      });
    return;
  }
  if (!words[dialect]?.includes(key)) found.problems.push(unknownWord(wordStart, word, `after \`# ${dialect}\``, words[dialect]));
  else if (scope !== '' && !scopes[dialect]?.includes(scope.toLowerCase())) {
    const start = comment.textStart + comment.text.indexOf(scope, tool.length);
    found.problems.push(unknownWord(start, scope, `before \`${key}=\``, scopes[dialect]));
  } else if (key === 'ignore') takeIgnore(comment, dialect, scope.toLowerCase(), rest, restStart, found);
  else if (key === 'layer') takeLayer(rest, restStart, found);
}

function unknownWord(start: number, word: string, where: string, known: readonly string[] = []): PragmaProblem {
  const { text, near } = wordsAfter(word.toLowerCase(), known);
  const message = `\`${word}\` means nothing ${where}. ${text}`;
  return { start, end: start + word.length, message, ...(near === undefined ? {} : { replacement: near }) };
}

function takeLayer(rest: string, start: number, found: Found): void {
  const name = /^[\w-]*/.exec(rest)?.[0] ?? '';
  const layer = (['os', 'base', 'app'] as const).find((known) => known === name.toLowerCase());
  if (layer) found.layer ??= layer;
  else {
    const advice = wordsAfter(name, ['os', 'base', 'app']);
    const message = `\`${name}\` is no layer. ${advice.text}`;
    found.problems.push({
      start: Math.max(0, name === '' ? start - 1 : start),
      end: start + name.length,
      message,
      ...(advice.near ? { replacement: advice.near } : {}),
    });
  }
}

const namesPattern = /^[\w/*-]+(?:\s*,\s*[\w/*-]+)*/;

function takeIgnore(comment: Comment, dialect: Dialect, scope: string, rest: string, start: number, found: Found): void {
  const list = namesPattern.exec(rest)?.[0];
  if (list === undefined) {
    found.problems.push({ start: comment.start, end: comment.end, message: 'No rule is named after `ignore=`, so nothing is ignored.' });
    return;
  }
  found.suppressions.push({
    comment: { start: comment.start, end: comment.end },
    scope: scope === '' ? 'instruction' : scope === 'stage' ? 'stage' : 'file',
    names: [...list.matchAll(/[\w/*-]+/g)].map((name) => ({
      name: name[0],
      start: start + name.index,
      end: start + name.index + name[0].length,
    })),
    dialect,
    reason: rest
      .slice(list.length)
      .replace(/^[\s#:,–—-]+/, '')
      .trim(),
  });
}

/** The shell that `# hadolint shell=…` names for the instructions that follow. */
export function pragmaShell(comment: Comment): string | undefined {
  return /^hadolint\s+shell\s*=\s*([\w./\\-]+)/i.exec(comment.text)?.[1];
}

/** True when `pattern` (an id or `category/*`) names the rule. */
export function namesRule(pattern: string, rule: string): boolean {
  return pattern === rule || pattern === '*' || (pattern.endsWith('/*') && rule.startsWith(pattern.slice(0, -1)));
}

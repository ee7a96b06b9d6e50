/** Patterns of `.dockerignore`: the one piece of logic that client and server must agree on to the letter, so it lies between them. */

/** Throws where Go's `filepath.Match` answers ErrBadPattern: an open class, an empty one, a bare `-`, a trailing backslash. */
export function checkPattern(pattern: string): void {
  let at = 0;
  while (at < pattern.length) {
    if (pattern[at] === '[') at = checkClass(pattern, at + 1);
    else if (pattern[at] === '\\' && at + 1 === pattern.length) throw new Error('it ends with a backslash');
    else at += pattern[at] === '\\' ? 2 : 1;
  }
}

function checkClass(pattern: string, start: number): number {
  let at = pattern[start] === '^' ? start + 1 : start;
  for (let members = 0; ; members += 1) {
    if (pattern[at] === ']' && members > 0) return at + 1;
    at = checkMember(pattern, at);
    if (pattern[at] === '-') at = checkMember(pattern, at + 1);
  }
}

function checkMember(pattern: string, at: number): number {
  const char = pattern[at];
  if (char === undefined || char === '-' || char === ']') throw new Error('a character class is malformed');
  const next = char === '\\' ? at + 2 : at + 1;
  if (next >= pattern.length) throw new Error('a character class is not closed');
  return next;
}

/** Any character but a slash, pairs of surrogates counting as one as in Go. */
const oneCharacter = '(?:[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]|[^/])';
const special = new Set('.+(){}$');

/** How moby's `patternmatcher` compares; it chooses the cheapest way that a pattern allows. */
type Comparison = 'exact' | 'prefix' | 'suffix' | 'expression';

/** The test of one clean pattern without its `!`; throws when the expression that moby would make of it is not valid. */
export function patternTest(pattern: string): (path: string) => boolean {
  const { comparison, expression } = translate(pattern);
  switch (comparison) {
    case 'exact':
      return (path) => path === pattern;
    case 'prefix':
      return (path) => path.startsWith(pattern.slice(0, -2));
    case 'suffix': {
      const suffix = pattern.slice(2);
      return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
    }
    case 'expression': {
      const compiled = new RegExp(expression);
      return (path) => compiled.test(path);
    }
  }
}

interface Translation {
  comparison: Comparison;
  expression: string;
}

function translate(pattern: string): Translation {
  const single = pattern.includes('[') ? '[^/]' : oneCharacter;
  const made: Translation = { comparison: 'exact', expression: '^' };
  const add = (text: string): void => {
    made.expression += text;
    made.comparison = 'expression';
  };
  for (let at = 0; at < pattern.length; ) {
    const char = pattern[at] ?? '';
    if (char === '*' && pattern[at + 1] === '*') {
      at = addDoubleStar(made, pattern, at);
      continue;
    }
    if (char === '*') add('[^/]*');
    else if (char === '?') add(single);
    else if ('[]'.includes(char)) add(char);
    else if (char === '\\') add(escaped(pattern[at + 1] ?? ''));
    else made.expression += special.has(char) ? `\\${char}` : char;
    at += char === '\\' ? 2 : 1;
  }
  made.expression += '$';
  return made;
}

/** Takes `**` or `**` and a slash; returns where the pattern goes on. */
function addDoubleStar(made: Translation, pattern: string, at: number): number {
  const next = at + (pattern[at + 2] === '/' ? 3 : 2);
  if (next < pattern.length) {
    made.expression += '(?:[^\\n]*/)?';
    made.comparison = 'expression';
  } else if (made.comparison === 'exact') {
    made.comparison = 'prefix';
  } else {
    made.expression += '[^\\n]*';
    made.comparison = 'expression';
  }
  if (at === 0) made.comparison = 'suffix';
  return next;
}

/** `\x` in a Go expression: punctuation stands for itself, some letters have meanings, others are errors. */
function escaped(char: string): string {
  if (!/[A-Za-z0-9]/.test(char)) return /[\^$\\.*+?()[\]{}|/-]/.test(char) ? `\\${char}` : char;
  if (/[dDsSwWbBfnrtv]/.test(char)) return `\\${char}`;
  const same: Readonly<Record<string, string>> = { a: '\\x07', A: '^', z: '$' };
  const known = same[char];
  if (known === undefined) throw new Error(`\\${char} has no meaning`);
  return known;
}

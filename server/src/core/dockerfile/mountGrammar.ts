import { optional } from '../text/optional.ts';
import { didYouMean, suggest } from '../text/suggest.ts';
import type { SyntaxProblem, Word } from './model.ts';

/** Without a severity it is an error. */
type Problem = Omit<SyntaxProblem, 'severity'> & Partial<Pick<SyntaxProblem, 'severity'>>;

/** Fields per type of mount: https://docs.docker.com/reference/dockerfile/#run---mount */
const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  bind: ['type', 'target', 'dst', 'destination', 'source', 'src', 'from', 'rw', 'readwrite', 'ro', 'readonly'],
  cache: [
    'type',
    'target',
    'dst',
    'destination',
    'source',
    'src',
    'from',
    'id',
    'sharing',
    'mode',
    'uid',
    'gid',
    'ro',
    'readonly',
    'rw',
    'readwrite',
  ],
  tmpfs: ['type', 'target', 'dst', 'destination', 'size'],
  secret: ['type', 'target', 'dst', 'destination', 'id', 'source', 'src', 'env', 'required', 'mode', 'uid', 'gid'],
  ssh: ['type', 'target', 'dst', 'destination', 'id', 'required', 'mode', 'uid', 'gid'],
};
const types = Object.keys(fieldsOf);
/** Fields that BuildKit takes for every type, also where they change nothing; and those that it does not. */
const taken = /^(?:id|env|source|src|from|ro|readonly|rw|readwrite)$/;
const refused: Readonly<Record<string, RegExp>> = { secret: /^from$/, ssh: /^(?:source|src)$/ };
const sharings = ['shared', 'private', 'locked'];

/** What is wrong with the value of one `--mount`. */
export function mountProblems(word: Word): readonly Problem[] {
  if (!/["'\\`]/.test(word.text)) return problemsIn(word);
  // Quotes and backslashes shift the offsets: then the whole value is marked.
  const { start, end, value } = word;
  return problemsIn({ start: 0, end: value.length, text: value, value }).map(({ meant: _meant, ...problem }) => ({
    ...problem,
    start,
    end,
  }));
}

function problemsIn(word: Word): readonly Problem[] {
  const fields = fieldsIn(word);
  const type = (fields.find(({ key }) => key === 'type')?.value ?? 'bind').toLowerCase();
  if (!types.includes(type)) {
    const field = fields.find(({ key }) => key === 'type');
    const message = `There is no mount of type \`${type}\`: ${types.map((name) => `\`${name}\``).join(', ')}.${didYouMean(type, types)}`;
    return field
      ? [{ start: field.end - type.length, end: field.end, message, aliases: [], ...optional('meant', suggest(type, types)) }]
      : [];
  }
  const known = fieldsOf[type] ?? [];
  const unknown = fields.filter(({ key }) => !known.includes(key));
  const found = unknown.map(({ key, start }): Problem => {
    const span = { start, end: start + key.length, aliases: [] };
    if (taken.test(key) && !refused[type]?.test(key))
      return { ...span, message: `\`${key}\` changes nothing in a mount of type \`${type}\`: take it out.`, severity: 'warning' };
    const message = `A mount of type \`${type}\` has no \`${key}\`.${didYouMean(key, known)}`;
    return { ...span, message, ...optional('meant', suggest(key, known)) };
  });
  return [...found, ...valueProblems(word, type, fields)];
}

interface Field {
  readonly key: string;
  readonly value: string;
  /** False for a field without `=`. */
  readonly given: boolean;
  readonly start: number;
  readonly end: number;
}

function fieldsIn({ text, start }: Word): readonly Field[] {
  let at = start;
  return text.split(',').map((field) => {
    const equals = field.indexOf('=');
    const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    const found = { key, value: equals < 0 ? '' : field.slice(equals + 1), given: equals >= 0, start: at, end: at + field.length };
    at += field.length + 1;
    return found;
  });
}

function valueProblems(word: Word, type: string, fields: readonly Field[]): readonly Problem[] {
  const has = (...keys: readonly string[]) => fields.some(({ key, value }) => keys.includes(key) && value !== '');
  const sharing = fields.find(({ key }) => key === 'sharing');
  const problems: Problem[] = [];
  if (sharing && !sharings.includes(sharing.value)) {
    const message = `\`sharing\` is \`shared\`, \`private\` or \`locked\`, not \`${sharing.value}\`.`;
    problems.push({ start: sharing.end - sharing.value.length, end: sharing.end, message, aliases: [] });
  }
  problems.push(...fields.flatMap((field) => (field.given ? valueProblem(type, field) : [])));
  const target = has('target', 'dst', 'destination');
  const place = { start: word.start, end: word.end };
  if (type === 'secret' && !target && !has('id', 'source', 'src', 'env')) {
    problems.push({ ...place, message: 'A secret needs an `id` or a `target`.', aliases: [] });
  }
  if ((type === 'cache' || type === 'tmpfs') && !target)
    problems.push({ ...place, message: `A mount of type \`${type}\` needs a \`target\`.`, aliases: [] });
  return problems;
}

const booleanValue = /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;
/** Values that BuildKit reads, and how they are written: instructions/commands_runmount.go. */
const shapes: Readonly<Record<string, { readonly of: RegExp; readonly as: string }>> = {
  mode: { of: /^[0-7]{1,10}$/, as: 'octal digits, like `0755`' },
  uid: { of: /^\d{1,10}$/, as: 'a number' },
  gid: { of: /^\d{1,10}$/, as: 'a number' },
  size: { of: /^\d+(?:\.\d+)? ?(?:[kmgtp]i?b?|b)?$/i, as: 'a number with a unit, like `64m`' },
  ...Object.fromEntries(
    ['required', 'readonly', 'ro', 'readwrite', 'rw'].map((key) => [key, { of: booleanValue, as: '`true` or `false`' }] as const),
  ),
};

function valueProblem(type: string, { key, value, start, end }: Field): readonly Problem[] {
  const place = value === '' ? { start, end } : { start: end - value.length, end };
  const shape = Object.hasOwn(shapes, key) ? shapes[key] : undefined;
  if (shape && !shape.of.test(value)) return [{ ...place, message: `\`${key}\` is ${shape.as}, not \`${value}\`.`, aliases: [] }];
  if (/^(?:target|dst|destination)$/.test(key) && value === '/' && /^(?:bind|cache|tmpfs)$/.test(type))
    return [{ ...place, message: 'Nothing can be mounted over the whole file system: name a folder below `/`.', aliases: [] }];
  return [];
}

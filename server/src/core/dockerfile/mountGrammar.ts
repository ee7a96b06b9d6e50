import { optional } from '../text/optional.ts';
import { didYouMean, suggest } from '../text/suggest.ts';
import type { SyntaxProblem, Word } from './model.ts';

type Problem = Omit<SyntaxProblem, 'severity'>;

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
const sharings = ['shared', 'private', 'locked'];

/** What is wrong with the value of one `--mount`. */
export function mountProblems(word: Word): readonly Problem[] {
  // Quotes shift the offsets: such a value is judged by the build.
  if (/["'\\`]/.test(word.text)) return [];
  const fields = fieldsIn(word);
  const type = fields.find(({ key }) => key === 'type')?.value ?? 'bind';
  if (!types.includes(type)) {
    const field = fields.find(({ key }) => key === 'type');
    const message = `There is no mount of type \`${type}\`: ${types.map((name) => `\`${name}\``).join(', ')}.${didYouMean(type, types)}`;
    return field
      ? [{ start: field.end - type.length, end: field.end, message, aliases: [], ...optional('meant', suggest(type, types)) }]
      : [];
  }
  const known = fieldsOf[type] ?? [];
  const unknown = fields.filter(({ key }) => !known.includes(key));
  const found = unknown.map(({ key, start }) => ({
    start,
    end: start + key.length,
    message: `A mount of type \`${type}\` has no \`${key}\`.${didYouMean(key, known)}`,
    aliases: [],
    ...optional('meant', suggest(key, known)),
  }));
  return [...found, ...valueProblems(word, type, fields)];
}

interface Field {
  readonly key: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

function fieldsIn({ text, start }: Word): readonly Field[] {
  let at = start;
  return text.split(',').map((field) => {
    const equals = field.indexOf('=');
    const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    const found = { key, value: equals < 0 ? '' : field.slice(equals + 1), start: at, end: at + field.length };
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
  const target = has('target', 'dst', 'destination');
  const place = { start: word.start, end: word.end };
  if (type === 'secret' && !target && !has('id', 'source', 'src', 'env')) {
    problems.push({ ...place, message: 'A secret needs an `id` or a `target`.', aliases: [] });
  }
  if ((type === 'cache' || type === 'tmpfs') && !target)
    problems.push({ ...place, message: `A mount of type \`${type}\` needs a \`target\`.`, aliases: [] });
  return problems;
}

import { didYouMean, suggest } from '../text/suggest.ts';
import { formatFix, formatProblem } from './formats.ts';
import { nearMiss } from './nearMiss.ts';
import type { JsonSchema } from './schema.ts';
import type { ScalarNode, YamlNode } from './tree.ts';
import type { Violation } from './violation.ts';

/** Checks a scalar of the right kind: words, patterns, bounds. */
export function checkScalar(schema: JsonSchema, node: ScalarNode): readonly Violation[] {
  const word = badWord(schema, node);
  if (word) return [word];
  const text = typeof node.value === 'string' ? node.value : node.source;
  const wrong = schema['x-format'] === undefined ? undefined : wrongFormat(schema['x-format'], text, node);
  if (wrong) return [wrong];
  const patterned = typeof node.value === 'string' || (Array.isArray(schema.type) && schema.type.includes('number'));
  if (schema.pattern && patterned && !new RegExp(schema.pattern, 'u').test(text)) return [misfit(schema, text, node)];
  return typeof node.value === 'number' ? bounds(schema, node, node.value) : [];
}

function misfit(schema: JsonSchema, text: string, node: ScalarNode): Violation {
  const near = nearMiss(schema, text);
  const what = schema['x-secret'] ? 'This' : `\`${text}\``;
  const hint = near === undefined ? '' : ` Did you mean \`${near}\`?`;
  const message = `${what} does not fit. ${schema.patternErrorMessage ?? 'See the description of this key.'}${hint}`;
  return { range: node.range, message, ...guess(near) };
}

/** A fix that may not be what was meant. */
export function guess(near: string | undefined): Pick<Violation, 'replacement'> {
  return near === undefined ? {} : { replacement: { title: `Change to \`${near}\``, text: near, guess: true } };
}

function wrongFormat(format: string, text: string, node: ScalarNode): Violation | undefined {
  const message = formatProblem(format, text);
  if (message === undefined) return undefined;
  const near = formatFix(format, text);
  return { range: node.range, message: near === undefined ? message : `${message} Did you mean \`${near}\`?`, ...guess(near) };
}

function badWord(schema: JsonSchema, node: ScalarNode): Violation | undefined {
  const allowed = schema.const === undefined ? schema.enum : [schema.const];
  if (!allowed || allowed.includes(node.value)) return undefined;
  const words = allowed.map(String);
  const text = String(node.value);
  const near = suggest(text, words) ?? (words.length === 1 ? words[0] : undefined);
  const list = words.map((word) => `\`${word}\``).join(', ');
  const hint = words.length === 1 ? ` It is always ${list}.` : didYouMean(text, words) || ` It is one of ${list}.`;
  return { range: node.range, message: `\`${text}\` is not known here.${hint}`, ...guess(near) };
}

function bounds(schema: JsonSchema, node: ScalarNode, value: number): readonly Violation[] {
  const { minimum, exclusiveMinimum, maximum } = schema;
  if (minimum !== undefined && value < minimum)
    return [{ range: node.range, message: `${value} is too small: at least ${minimum}${upTo(maximum)}.` }];
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
    return [{ range: node.range, message: `${value} is too small: more than ${exclusiveMinimum}.` }];
  if (maximum !== undefined && value > maximum) return [{ range: node.range, message: `${value} is too large: at most ${maximum}.` }];
  return [];
}

function upTo(maximum: number | undefined): string {
  return maximum === undefined ? '' : `, at most ${maximum}`;
}

const phrases: Readonly<Record<string, string>> = {
  object: 'a map (`key: value`)',
  array: 'a list (`- entry`)',
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: '`true` or `false`',
  null: 'nothing',
};

/** What a schema takes, in words. */
export function kindPhrase(schema: JsonSchema): string {
  if (schema.enum) return `one of ${schema.enum.map((word) => `\`${String(word)}\``).join(', ')}`;
  const types = schema.type === undefined ? ['object'] : typeof schema.type === 'string' ? [schema.type] : schema.type;
  return types
    .filter((type) => type !== 'null')
    .map((type) => phrases[type] ?? type)
    .join(' or ');
}

/** What a value is, in words. */
export function nodePhrase(node: YamlNode): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return 'a list';
  if (node.value === null) return 'empty';
  return typeof node.value === 'string' ? 'a text' : typeof node.value === 'number' ? `the number ${node.value}` : `\`${node.value}\``;
}

import type { Range } from '../../protocol.ts';
import { didYouMean, suggest } from '../text/suggest.ts';
import { formatProblem } from './formats.ts';
import { nearMiss } from './nearMiss.ts';
import type { NodeMemo } from './nodeMemo.ts';
import { alternatives, childSchema, expand, type JsonSchema, meant, takesKind } from './schema.ts';
import { type MapNode, type ScalarNode, textAt, type YamlNode } from './tree.ts';
import { checkScalar, guess, kindPhrase, nodePhrase } from './validateScalar.ts';
import type { Violation } from './violation.ts';

/** What was found in entries of lists that are as long is remembered. */
const longList = 16;

/** Where a value stands: its key (or index), and the range that a problem of the whole value is shown at. */
interface Place {
  readonly name: string;
  readonly range: Range;
  readonly partial: boolean;
}

/**
 * Checks a tree against a schema; every violation has the range of the key or value that is to blame.
 * `partial`: a file that is laid over another, where nothing is required. `remember` keeps what was found in entries of long lists.
 */
export function validate(
  root: JsonSchema,
  tree: YamlNode,
  options: { readonly partial?: boolean; readonly remember?: NodeMemo<readonly Violation[]> } = {},
): readonly Violation[] {
  let found: Violation[] = [];
  const check = (schema: JsonSchema, node: YamlNode, place: Place): void => {
    const own = meant(root, schema, node);
    if (!own || !takesKind(own, node)) {
      const violation = wrongKind(root, schema, node, place);
      if (violation) found.push(violation);
      return;
    }
    const partial = place.partial || own['x-partial'] === true;
    if (node.kind === 'scalar') found.push(...scalarViolations(root, schema, own, node));
    else if (node.kind === 'list') checkList(own, node.items, { ...place, partial });
    else checkMap(own, node, { ...place, partial });
  };

  const checkList = (own: JsonSchema, items: readonly YamlNode[], place: Place): void => {
    if (own.minItems && items.length < own.minItems)
      found.push({
        range: place.range,
        message: `\`${place.name}\` needs at least ${own.minItems} ${own.minItems === 1 ? 'entry' : 'entries'}.`,
      });
    found.push(...repeated(own, items));
    for (const item of items) {
      const named = own['x-unique'];
      const range = item.kind === 'scalar' ? item.range : firstRange(item);
      if (own.items) checkItem(own.items, item, { name: itemName(place.name, item, named), range, partial: place.partial }, items.length);
    }
  };

  /** The place of an entry with a name follows from the entry: equal nodes have equal violations. */
  const checkItem = (schema: JsonSchema, item: YamlNode, place: Place, count: number): void => {
    if (!options.remember || count < longList || place.partial || textAt(item, 'name') !== place.name) {
      check(schema, item, place);
      return;
    }
    const outer = found;
    outer.push(
      ...options.remember(item, schema, () => {
        found = [];
        check(schema, item, place);
        return found;
      }),
    );
    found = outer;
  };

  const checkMap = (own: JsonSchema, node: MapNode, place: Place): void => {
    for (const entry of node.entries) {
      const child = childSchema(own, entry.key);
      if (!child) {
        if (!takesKey(own, node, entry.key)) found.push(unknownKey(own, node, entry.key, entry.keyRange));
        continue;
      }
      found.push(...checkKey(own, entry.key, entry.keyRange));
      const written = entry.value.kind === 'scalar' && entry.value.value !== null;
      const range = written ? entry.value.range : entry.keyRange;
      const removes = place.partial && entry.value.kind === 'scalar' && entry.value.value === null;
      if (!removes) check(child, entry.value, { name: entry.key, range, partial: place.partial });
    }
    found.push(
      ...missingKeys(root, own, node, place),
      ...exactlyOne(own, node, place),
      ...oneGroup(own, node),
      ...unknownPlatform(own, node),
    );
  };

  check(root, tree, { name: 'this file', range: firstRange(tree), partial: options.partial ?? false });
  return found;
}

/** With several alternatives, what is said of one of them alone would mislead. */
function scalarViolations(root: JsonSchema, schema: JsonSchema, own: JsonSchema, node: ScalarNode): readonly Violation[] {
  const violations = checkScalar(own, node);
  const expanded = expand(root, schema);
  if (!expanded.errorMessage || !(expanded.oneOf ?? expanded.anyOf)) return violations;
  // What looks like one of them is told what is wrong with it as such.
  if (own['x-format'] && own.pattern && new RegExp(own.pattern, 'u').test(node.source)) return violations;
  return violations.map((violation) => {
    const near = violation.replacement?.text;
    const hint = near === undefined ? '' : ` Did you mean \`${near}\`?`;
    return { ...violation, message: `\`${node.source}\` does not fit. ${expanded.errorMessage}${hint}` };
  });
}

/** The first key of a map, so that a problem of the whole does not paint a page. */
function firstRange(node: YamlNode): Range {
  const first = node.kind === 'map' ? node.entries[0]?.keyRange : undefined;
  if (first) return first;
  if (node.kind === 'list' && node.items[0]) return firstRange(node.items[0]);
  return node.range;
}

function itemName(list: string, item: YamlNode, key: string | undefined): string {
  const name = textAt(item, key ?? 'name');
  return name ?? `an entry of ${list}`;
}

/** True for a key that needs no schema: all are allowed, or it is the section of a registered platform. */
function takesKey(own: JsonSchema, node: MapNode, key: string): boolean {
  const open = own['x-openKey'];
  return own.additionalProperties !== false || (open !== undefined && textAt(node, open) === key);
}

function missingKeys(root: JsonSchema, own: JsonSchema, node: MapNode, place: Place): readonly Violation[] {
  if (place.partial) return [];
  return requiredOf(own, node)
    .filter((key) => !has(node, key) && !misspelt(own, node, key))
    .map((key) => missing(root, own, key, place));
}

/** A misspelt key is reported as such; that the right one is missing follows from it. */
function misspelt(own: JsonSchema, node: MapNode, key: string): boolean {
  return node.entries.some((entry) => !childSchema(own, entry.key) && suggest(entry.key, [key]) !== undefined);
}

/** A platform that is none of the known ones has a section of its name. */
function unknownPlatform(own: JsonSchema, node: MapNode): readonly Violation[] {
  const open = own['x-openKey'];
  const value = open === undefined ? undefined : node.entries.findLast((entry) => entry.key === open)?.value;
  const text = textAt(value);
  if (!value || text === undefined || has(node, text) || own.properties?.[text]) return [];
  const known = Object.keys(own.properties ?? {}).filter((key) => has(node, key) || own.properties?.[open ?? '']?.examples?.includes(key));
  const near = suggest(text, known);
  const fix = guess(near);
  const hint = near ? `Did you mean \`${near}\`?` : `A platform of another extension has a section \`${text}\` here.`;
  return [{ range: value.range, message: `The platform \`${text}\` is not known. ${hint}`, ...fix }];
}

function has(node: MapNode, key: string): boolean {
  return node.entries.some((entry) => entry.key === key);
}

/** Required members, with those of the conditions (`if`/`then`) that hold. */
function requiredOf(own: JsonSchema, node: MapNode): readonly string[] {
  const conditional = (own.allOf ?? []).flatMap((part) => (part.if && holds(part.if, node) ? (part.then?.required ?? []) : []));
  return [...(own.required ?? []), ...conditional];
}

function holds(condition: JsonSchema, node: MapNode): boolean {
  return Object.entries(condition.properties ?? {}).every(([key, schema]) => textAt(node, key) === schema.const);
}

function missing(root: JsonSchema, own: JsonSchema, key: string, place: Place): Violation {
  const child = own.properties?.[key];
  const expanded = child ? expand(root, child) : undefined;
  const what = expanded?.markdownDescription ?? expanded?.description;
  const where = place.name === 'this file' ? 'This file' : `\`${place.name}\``;
  return { range: place.range, message: `${where} needs \`${key}\`${what ? `: ${lowerFirst(what)}` : '.'}` };
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function unknownKey(own: JsonSchema, node: MapNode, key: string, range: Range): Violation {
  const known = Object.keys(own.properties ?? {});
  const free = known.filter((name) => !has(node, name));
  const near = suggest(key, free) ?? suggest(key, known);
  const list = near
    ? didYouMean(key, [near])
    : ` Known here: ${known
        .slice(0, 8)
        .map((name) => `\`${name}\``)
        .join(', ')}${known.length > 8 ? ', …' : ''}.`;
  const fix = near && free.includes(near) ? { replacement: { title: `Change to \`${near}\``, text: near, guess: true } } : {};
  return { range, message: `\`${key}\` is unknown here.${list}`, ...fix };
}

function checkKey(own: JsonSchema, key: string, range: Range): readonly Violation[] {
  const names = own.propertyNames;
  if (names?.pattern && !new RegExp(names.pattern, 'u').test(key))
    return [{ range, message: names.patternErrorMessage ?? `\`${key}\` is no valid name.` }];
  const problem = names?.['x-format'] === undefined ? undefined : formatProblem(names['x-format'], key);
  return problem === undefined ? [] : [{ range, message: problem }];
}

function exactlyOne(own: JsonSchema, node: MapNode, place: Place): readonly Violation[] {
  const keys = own['x-exactlyOne'];
  if (!keys) return [];
  const set = keys.filter((key) => has(node, key));
  if (set.length === 1 || (set.length === 0 && place.partial)) return [];
  return [{ range: place.range, message: own.errorMessage ?? `\`${place.name}\` has exactly one of ${keys.join(', ')}.` }];
}

/** Members that say the same thing in different ways: those of one way only. */
function oneGroup(own: JsonSchema, node: MapNode): readonly Violation[] {
  const groups = own['x-oneGroup'] ?? [];
  const used = groups.filter((group) => group.some((key) => has(node, key)));
  const [first, second] = used;
  const extra = node.entries.find((entry) => second?.includes(entry.key));
  if (!first || !extra) return [];
  const beside = first.filter((key) => has(node, key)).map((key) => `\`${key}\``);
  return [{ range: extra.keyRange, message: `\`${extra.key}\` and ${beside.join(', ')} say the same in two ways: keep one.` }];
}

function repeated(own: JsonSchema, items: readonly YamlNode[]): readonly Violation[] {
  const key = own['x-unique'];
  if (!key && !own.uniqueItems) return [];
  const seen = new Set<string>();
  return items.flatMap((item) => {
    const node = key && item.kind === 'map' ? item.entries.findLast((entry) => entry.key === key)?.value : item;
    const text = textAt(node);
    if (!node || text === undefined) return [];
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [{ range: node.range, message: `\`${text}\` is in this list twice: remove or rename one.` }];
  });
}

function wrongKind(root: JsonSchema, schema: JsonSchema, node: YamlNode, place: Place): Violation | undefined {
  const branches = alternatives(root, schema);
  const expanded = expand(root, schema);
  const isNull = node.kind === 'scalar' && node.value === null;
  if (isNull) return { range: place.range, message: `\`${place.name}\` has no value: give it one, or remove the key.` };
  const quotable = node.kind === 'scalar' && branches.find((branch) => branch.type === 'string' && !branch.enum);
  if (quotable && node.kind === 'scalar') return numberAsText(node, place, quotable);
  const truth = branches.some((branch) => branch.type === 'boolean') ? truthOf(node) : undefined;
  if (truth)
    return { range: node.range, message: `\`${place.name}\` is \`true\` or \`false\`. Did you mean \`${truth}\`?`, ...guess(truth) };
  const wanted = expanded.errorMessage ?? `It should be ${[...new Set(branches.map(kindPhrase))].join(' or ')}.`;
  return { range: place.range, message: `\`${place.name}\` is ${nodePhrase(node)}. ${wanted}` };
}

/** The truth that a word means elsewhere, or that a slip nearly is. */
function truthOf(node: YamlNode): string | undefined {
  if (node.kind !== 'scalar') return undefined;
  const word = node.source.toLowerCase();
  if (['yes', 'on', 'y', '1'].includes(word)) return 'true';
  return ['no', 'off', 'n', '0'].includes(word) ? 'false' : suggest(word, ['true', 'false']);
}

/** `9.10` without quotes is the number 9.1: said, and repaired by quotes. */
function numberAsText(node: ScalarNode, place: Place, schema: JsonSchema): Violation {
  const fits = !schema.pattern || new RegExp(schema.pattern, 'u').test(node.source);
  const near = fits ? undefined : nearMiss(schema, node.source);
  const message = fits
    ? `\`${place.name}\` is a text: without quotes, YAML reads \`${node.source}\` as the ${typeof node.value} \`${String(node.value)}\`.`
    : `\`${place.name}\` is a ${typeof node.value}. ${schema.patternErrorMessage ?? 'It should be a text.'}${near ? ` Did you mean \`${near}\`?` : ''}`;
  const fix = fits ? { replacement: { title: 'Put it in quotes', text: JSON.stringify(node.source) } } : guess(near);
  return { range: node.range, message, ...fix };
}

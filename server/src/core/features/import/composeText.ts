import { optional } from '../../text/optional.ts';
import { entriesAt, itemsAt, type MapEntry, textAt, type YamlNode } from '../../yaml/tree.ts';
import type { Place } from './notes.ts';

/** A text of Compose with its variables filled by their defaults. */
export interface ComposeText {
  readonly text: string;
  /** Variables that have no default: the text holds them as written. */
  readonly open: readonly string[];
  /** A variable was filled by its default. */
  readonly filled: boolean;
}

/** Fills `${NAME:-default}`; `$$` is a dollar sign. https://docs.docker.com/reference/compose-file/interpolation/ */
export function composeText(written: string): ComposeText {
  const open: string[] = [];
  const state = { filled: false };
  const text = written.replace(
    /\$\$|\$\{([A-Za-z_]\w*)(?:(:?[-?+])((?:[^{}]|\{[^{}]*\})*))?\}|\$([A-Za-z_]\w*)/g,
    (match, name: string | undefined, operator: string | undefined, fallback: string | undefined, bare: string | undefined) => {
      if (match === '$$') return '$';
      if (operator?.endsWith('-')) {
        state.filled = true;
        const inner = composeText(fallback ?? '');
        open.push(...inner.open);
        return inner.text;
      }
      if (operator?.endsWith('+')) return '';
      open.push(name ?? bare ?? '');
      return match;
    },
  );
  return { text, open, filled: state.filled };
}

/** The scalar at a path with its variables filled; undefined for none and for one with variables that have no default. */
export function filledAt(node: YamlNode | undefined, ...path: (string | number)[]): string | undefined {
  const written = textAt(node, ...path);
  if (written === undefined) return undefined;
  const { text, open } = composeText(written);
  return open.length === 0 ? text : undefined;
}

/** One `NAME: value`. */
export interface ComposePair {
  readonly name: string;
  readonly value?: string;
  readonly at: Place;
  readonly path: string;
}

/** What is written as a map or as a list of `NAME=value`. */
export function pairsAt(node: YamlNode | undefined, key: string, path: string): readonly ComposePair[] {
  const mapped = entriesAt(node, key).map((entry: MapEntry) => ({
    name: entry.key,
    ...optional('value', textAt(entry.value)),
    at: entry,
    path: `${path}.${key}.${entry.key}`,
  }));
  const listed = itemsAt(node, key).flatMap((item, i) => {
    const text = textAt(item);
    if (text === undefined) return [];
    const [, name = text, value] = /^([^=]+)(?:=([\s\S]*))?$/.exec(text) ?? [];
    return [{ name: name.trim(), ...optional('value', value), at: item, path: `${path}.${key}[${i}]` }];
  });
  return [...mapped, ...listed];
}

import type { Position, Range } from '../../protocol.ts';
import { contains } from '../text/edits.ts';
import type { YamlFile } from '../yaml/parse.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { nested } from './nestedSpans.ts';

/** Ranges around a position, the narrowest first: word, text within quotes, value, entry, its map or list, and so on to the file. */
export function selectManifest(yaml: YamlFile, position: Position): readonly Range[] {
  const { text, index, root } = yaml;
  const offset = index.offsetAt(position);
  const spans: { readonly start: number; readonly end: number }[] = [{ start: 0, end: text.length }];
  const put = (start: Position, end: Position) => {
    const from = index.offsetAt(start);
    const shown = text.slice(from, index.offsetAt(end)).trimEnd();
    spans.push({ start: from, end: from + shown.length });
  };
  const enter = (node: YamlNode): void => {
    if (!contains(node.range, position)) return;
    put(node.range.start, node.range.end);
    if (node.kind === 'list') for (const item of node.items) enter(item);
    if (node.kind !== 'map') return;
    for (const { keyRange, value } of node.entries) {
      if (contains(keyRange, position)) put(keyRange.start, keyRange.end);
      if (contains({ start: keyRange.start, end: value.range.end }, position)) put(keyRange.start, value.range.end);
      enter(value);
    }
  };
  if (root) enter(root);
  spans.push(...quotedAround(text, spans), ...variableAround(text, offset), wordAround(text, offset));
  const around = spans.filter(({ start, end }) => start <= offset && offset <= end && end > start);
  return nested(around).map(({ start, end }) => index.range(start, end));
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The text within the quotes of a value. */
function quotedAround(text: string, spans: readonly Span[]): readonly Span[] {
  return spans.flatMap(({ start, end }) => {
    const quote = text[start];
    return (quote === '"' || quote === "'") && end - start > 2 && text[end - 1] === quote ? [{ start: start + 1, end: end - 1 }] : [];
  });
}

function variableAround(text: string, offset: number): readonly Span[] {
  const start = text.lastIndexOf('${', offset);
  const end = text.indexOf('}', start) + 1;
  return start >= 0 && end >= offset && !text.slice(start, end).includes('\n') ? [{ start, end }] : [];
}

function wordAround(text: string, offset: number): Span {
  let start = offset;
  while (start > 0 && /[\w-]/.test(text[start - 1] ?? '')) start--;
  let end = offset;
  while (end < text.length && /[\w-]/.test(text[end] ?? '')) end++;
  return { start, end };
}

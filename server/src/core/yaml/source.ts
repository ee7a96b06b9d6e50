import { type CST, Parser } from 'yaml';

/** A word of the text with nothing laid into it: a key, a bracket, a comment, a stretch of blanks. */
export interface SourceToken {
  readonly type: CST.Token['type'];
  readonly start: number;
  readonly end: number;
  readonly source: string;
}

/** Deeper than any file that is taken for readable. */
const deepest = 500;

/** The concrete syntax of a text, comments and blanks included. Never throws; what is no YAML is left out. */
export function concreteSyntax(text: string): readonly CST.Token[] {
  return [...new Parser().parse(text)];
}

/** Every word of the text in its order, comments and blanks included. */
export function sourceTokens(tokens: readonly CST.Token[]): readonly SourceToken[] {
  const found: SourceToken[] = [];
  const put = (type: SourceToken['type'], { offset, source }: { readonly offset: number; readonly source: string }) =>
    found.push({ type, start: offset, end: offset + source.length, source });
  const plain = (list: readonly CST.SourceToken[] | undefined) => {
    for (const token of list ?? []) put(token.type, token);
  };
  const enter = (token: CST.Token | null | undefined, depth: number): void => {
    if (!token || depth > deepest) return;
    switch (token.type) {
      case 'document':
        plain(token.start);
        enter(token.value, depth + 1);
        plain(token.end);
        return;
      case 'block-scalar':
        for (const prop of token.props) enter(prop, depth + 1);
        put('block-scalar', { offset: bodyStart(token), source: token.source });
        return;
      case 'alias':
      case 'scalar':
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
        put(token.type, token);
        plain(token.end);
        return;
      case 'block-map':
      case 'block-seq':
      case 'flow-collection':
        if (token.type === 'flow-collection') put(token.start.type, token.start);
        for (const item of token.items) {
          plain(item.start);
          enter(item.key, depth + 1);
          plain(item.sep);
          enter(item.value, depth + 1);
        }
        if (token.type === 'flow-collection') plain(token.end);
        return;
      case 'doc-end':
        put(token.type, token);
        plain(token.end);
        return;
      case 'error':
        return;
      default:
        if ('source' in token) put(token.type, token);
    }
  };
  for (const token of tokens) enter(token, 0);
  return found;
}

/** Where the text of a block scalar begins: behind its header, comment and line break. */
export function bodyStart(token: CST.BlockScalar): number {
  const last = token.props.at(-1);
  return last && 'source' in last ? last.offset + last.source.length : token.offset;
}

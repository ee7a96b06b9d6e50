/** The core's answers about Dockerfiles in LSP's words. */
import {
  type CodeLens,
  type DocumentHighlight,
  DocumentHighlightKind,
  type InlayHint,
  MarkupKind,
  type SelectionRange,
  type SemanticTokens,
  SemanticTokensBuilder,
  type SignatureHelp,
} from 'vscode-languageserver/node';
import type * as hints from '../core/features/hintsDockerfile.ts';
import type { Lens } from '../core/features/lensesDockerfile.ts';
import type { Highlight } from '../core/features/referencesDockerfile.ts';
import type * as signatures from '../core/features/signatureDockerfile.ts';
import { type Token, tokenTypes } from '../core/features/tokensDockerfile.ts';
import { type Position, type Range, ShowPlaces } from '../protocol.ts';

export function highlightOf({ range, kind }: Highlight): DocumentHighlight {
  return { range, kind: kind === 'write' ? DocumentHighlightKind.Write : DocumentHighlightKind.Read };
}

export function signatureOf({ signatures, activeSignature, activeParameter }: signatures.SignatureHelp): SignatureHelp {
  return {
    signatures: signatures.map(({ label, documentation, parameters }) => ({
      label,
      documentation: { kind: MarkupKind.Markdown, value: documentation },
      parameters: parameters.map(([start, end]) => ({ label: [start, end] })),
    })),
    activeSignature,
    activeParameter,
  };
}

/** @param ranges the narrowest first, each inside of the next */
export function selectionOf(ranges: readonly Range[], position: Position): SelectionRange {
  const chain = ranges.reduceRight<SelectionRange | undefined>((parent, range) => ({ range, ...(parent ? { parent } : {}) }), undefined);
  return chain ?? { range: { start: position, end: position } };
}

export function hintOf({ position, label, tooltip }: hints.InlayHint): InlayHint {
  return { position, label, paddingLeft: true, tooltip: { kind: MarkupKind.Markdown, value: tooltip } };
}

/** A lens without places says something and does nothing. */
export function lensOf({ range, title, places }: Lens, uri: string): CodeLens {
  if (!places || places.locations.length === 0) return { range, command: { title, command: '' } };
  return { range, command: { title, command: ShowPlaces, arguments: [uri, places.position, places.locations] } };
}

export function tokensOf(tokens: readonly Token[]): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  for (const { line, character, length, type } of tokens) builder.push(line, character, length, tokenTypes.indexOf(type), 0);
  return builder.build();
}

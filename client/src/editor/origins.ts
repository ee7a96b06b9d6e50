import * as vscode from 'vscode';
import type { LineOrigin } from '../../../server/src/protocol.ts';

export interface Origins extends vscode.Disposable {
  /** From now on hover and definition of the document tell where its lines come from; `undefined`: nothing is known. */
  keep(uri: vscode.Uri, origins: readonly LineOrigin[] | undefined): void;
}

/** Hover and definition of virtual documents: the place that each line comes from. */
export function lineOrigins(): Origins {
  const known = new Map<string, ReadonlyMap<number, LineOrigin>>();
  const at = (document: vscode.TextDocument, position: vscode.Position) => known.get(document.uri.path)?.get(position.line);
  const hover: vscode.HoverProvider = {
    provideHover(document, position) {
      const origin = at(document, position);
      return origin && new vscode.Hover(words(origin), document.lineAt(position.line).range);
    },
  };
  const definition: vscode.DefinitionProvider = {
    provideDefinition(document, position) {
      const line = document.lineAt(position.line).range;
      // The first is where the value is written; the others are told on hover.
      return at(document, position)
        ?.from.slice(0, 1)
        .map(({ location }) => ({
          originSelectionRange: line,
          targetUri: vscode.Uri.parse(location.uri),
          targetRange: rangeOf(location.range),
        }));
    },
  };
  const scheme = { scheme: 'waybill' };
  const registered = vscode.Disposable.from(
    vscode.languages.registerHoverProvider(scheme, hover),
    vscode.languages.registerDefinitionProvider(scheme, definition),
  );
  return {
    keep(uri, origins) {
      if (origins) known.set(uri.path, new Map(origins.map((origin) => [origin.line, origin])));
      else known.delete(uri.path);
    },
    dispose: () => registered.dispose(),
  };
}

function words({ from, note }: LineOrigin): vscode.MarkdownString[] {
  const places = from.map(({ location, message }) => {
    const { line, character } = location.range.start;
    return `[${message}](${location.uri}#${line + 1},${character + 1})`;
  });
  return [...places, ...(note ? [note] : [])].map((text) => new vscode.MarkdownString(text));
}

function rangeOf({ start, end }: LineOrigin['from'][number]['location']['range']): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

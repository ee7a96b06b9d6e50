import * as vscode from 'vscode';
import { type StackPlace, stackPlaces } from '../commands/text/stackTrace.ts';

interface PlaceLink extends vscode.TerminalLink {
  readonly uri: vscode.Uri;
  readonly place: StackPlace;
}

/** Files that were looked for are remembered for this long. */
const memory = 30_000;

/** Makes lines of stack traces in terminals links to the files of the workspace that they mean. */
export function registerStackLinks(): vscode.Disposable {
  const known = new Map<string, { readonly at: number; readonly found: Promise<vscode.Uri | undefined> }>();

  function find(paths: readonly string[]): Promise<vscode.Uri | undefined> {
    const key = paths[0] ?? '';
    const kept = known.get(key);
    if (kept && Date.now() - kept.at < memory) return kept.found;
    if (known.size > 500) known.clear();
    const found = search(paths);
    known.set(key, { at: Date.now(), found });
    return found;
  }

  return vscode.window.registerTerminalLinkProvider({
    async provideTerminalLinks({ line }: vscode.TerminalLinkContext) {
      const links = await Promise.all(
        stackPlaces(line).map(async (place) => {
          const uri = await find(place.paths);
          return uri && { startIndex: place.start, length: place.length, tooltip: 'Open the line', uri, place };
        }),
      );
      return links.filter((link) => link !== undefined);
    },
    async handleTerminalLink({ uri, place }: PlaceLink) {
      const position = new vscode.Position(Math.max(0, place.line - 1), 0);
      await vscode.window.showTextDocument(uri, { selection: new vscode.Range(position, position) });
    },
  });
}

/** The only file of the workspace that ends so; the longest end that fits decides. */
async function search(paths: readonly string[]): Promise<vscode.Uri | undefined> {
  for (const path of paths) {
    const found = await vscode.workspace.findFiles(`**/${path}`, '**/{node_modules,target,build,dist}/**', 2);
    if (found.length > 0) return found[0];
  }
  return undefined;
}

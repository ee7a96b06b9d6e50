import * as vscode from 'vscode';
import type { Badge } from '../tree/node.ts';

/** Scheme of the addresses that carry a row's badge; nothing is ever read from them. */
const scheme = 'waybill-badge';

const badges: Readonly<Record<Badge, { readonly sign: string; readonly tooltip: string; readonly color: string }>> = {
  ended: { sign: 'E', tooltip: 'Has ended', color: 'list.errorForeground' },
  deprecated: { sign: 'D', tooltip: 'Deprecated', color: 'list.warningForeground' },
};

/** The address that puts a badge behind a row. */
export function badgeUri(badge: Badge, id: string): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${id}`, query: badge });
}

export function registerBadges(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration(uri) {
      if (uri.scheme !== scheme) return undefined;
      const { sign, tooltip, color } = badges[uri.query === 'ended' ? 'ended' : 'deprecated'];
      return new vscode.FileDecoration(sign, tooltip, new vscode.ThemeColor(color));
    },
  });
}

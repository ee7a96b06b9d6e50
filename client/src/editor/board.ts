import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { AppState } from '../state/appState.ts';
import { driftPlaces } from '../state/driftChecks.ts';
import { throttle } from '../state/throttle.ts';
import { deliveryBoard as boardOf, promotionsOf } from '../tree/board.ts';

export interface DeliveryBoard extends vscode.Disposable {
  show(): void;
}

/** What the page asks for; everything else that it sends is ignored. */
const verbs: Readonly<Record<string, string>> = {
  details: 'waybill.details.show',
  logs: 'waybill.logs.tail',
  deploy: 'waybill.release.deploy',
};

const interval = 400;

/** The delivery board in a web view, drawn from the stores; its page gets data only and loads nothing from elsewhere. */
export function deliveryBoard(extension: vscode.Uri, state: AppState): DeliveryBoard {
  let panel: vscode.WebviewPanel | undefined;
  let last = '';

  function draw(): void {
    if (!panel?.visible) return;
    const load = state.model.store.get();
    if (load.state !== 'ready') return;
    const input = { model: load.value, environments: state.environments.store.get(), now: new Date() };
    state.promotions.want(promotionsOf(input));
    state.drift.want(driftPlaces(input.model, input.environments));
    const board = boardOf({ ...input, promotions: state.promotions.store.get(), drift: state.drift.store.get() });
    const text = JSON.stringify(board);
    if (text === last) return;
    last = text;
    void panel.webview.postMessage({ type: 'board', board });
  }

  const redraw = throttle(draw, interval, { set: setTimeout, clear: (handle) => clearTimeout(handle as NodeJS.Timeout) });
  const leave = [state.model.store, state.environments.store, state.promotions.store, state.drift.store].map((store) =>
    store.subscribe(() => redraw.trigger()),
  );
  const minute = setInterval(redraw.trigger, 60_000);

  function open(): vscode.WebviewPanel {
    const media = vscode.Uri.joinPath(extension, 'client', 'media');
    const made = vscode.window.createWebviewPanel('waybill.board', 'Delivery Board', vscode.ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [media],
      retainContextWhenHidden: false,
    });
    made.iconPath = { light: vscode.Uri.joinPath(media, 'file-light.svg'), dark: vscode.Uri.joinPath(media, 'file-dark.svg') };
    made.webview.html = page(made.webview, media);
    made.webview.onDidReceiveMessage((message: unknown) => hear(message));
    made.onDidChangeViewState(() => {
      state.board.set(made.visible);
      // A page that was hidden has forgotten everything.
      last = '';
    });
    made.onDidDispose(() => {
      panel = undefined;
      state.board.set(false);
    });
    return made;
  }

  function hear(message: unknown): void {
    const member = (name: string): unknown => (typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined);
    const type = member('type');
    if (type === 'ready') last = '';
    if (type === 'ready') draw();
    const command = typeof type === 'string' && Object.hasOwn(verbs, type) ? verbs[type] : undefined;
    const [service, environment] = [member('service'), member('environment')];
    if (command && typeof service === 'string' && typeof environment === 'string') {
      void vscode.commands.executeCommand(command, { subject: { service, environment } });
    }
  }

  return {
    show() {
      panel ??= open();
      panel.reveal();
      state.board.set(true);
    },
    dispose() {
      clearInterval(minute);
      redraw.dispose();
      for (const end of leave) end();
      panel?.dispose();
    },
  };
}

/** The page: no inline script or style, nothing from outside the extension's own folder. */
function page(webview: vscode.Webview, media: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(media, name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${file('board.css')}">
  <title>Delivery Board</title>
</head>
<body>
  <header>
    <h1>Delivery Board</h1>
    <input id="filter" type="search" placeholder="Filter services" aria-label="Filter services">
    <p id="summary" role="status"></p>
  </header>
  <main id="board"><p class="quiet">Reading the environments…</p></main>
  <footer id="keys">Arrow keys move · Enter shows details · L tails the log · D deploys what can be promoted</footer>
  <script nonce="${nonce}" src="${file('board.js')}"></script>
</body>
</html>`;
}

import * as vscode from 'vscode';
import type { Editor } from './editor/start.ts';
import { commandIds } from './generated/commandIds.ts';
import type { Platform } from './ports.ts';

/** What other extensions get from `extensions.getExtension('waybill.waybill').activate()`. */
export interface WaybillApi {
  /** Adds a way to run services: environments of its `kind` are planned, deployed, observed and tailed by it. */
  registerPlatform(platform: Platform): vscode.Disposable;
}

/** What `deactivate` has to end: VS Code hands it nothing. */
const started = new Set<Promise<Editor>>();

/** Builds of this window are cancelled on their engines and recorded before the window is gone. */
export const deactivate = () => Promise.allSettled([...started].map(async (editor) => (await editor).stop()));

/** Registers the commands and returns at once; everything else is loaded after VS Code has gone on. */
export function activate(context: vscode.ExtensionContext): WaybillApi {
  const editor = new Promise<Editor>((resolve, reject) => {
    setImmediate(() => import('./editor/start.ts').then(({ startEditor }) => startEditor(context)).then(resolve, reject));
  });
  started.add(editor);
  editor.catch((error: unknown) => vscode.window.showErrorMessage(`Waybill could not start: ${String(error)}`));
  for (const id of commandIds) {
    context.subscriptions.push(vscode.commands.registerCommand(id, async (...parameters: unknown[]) => (await editor).run(id, parameters)));
  }
  return {
    registerPlatform(platform) {
      const registered = editor.then((started) => started.registerPlatform(platform));
      return new vscode.Disposable(() => void registered.then((remove) => remove()));
    },
  };
}

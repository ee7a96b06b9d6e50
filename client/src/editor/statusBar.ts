import * as vscode from 'vscode';
import type { AppState } from '../state/appState.ts';
import { operationLine } from '../state/operations.ts';

/** One item, there only while something runs: `order-api → staging 3/6`. A click shows the services. */
export function registerStatusBar(state: AppState): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('waybill.operations', vscode.StatusBarAlignment.Left, 50);
  item.name = 'Waybill';
  item.command = 'waybill.services.focus';
  const leave = state.operations.store.subscribe((operations) => {
    const newest = operations.at(-1);
    if (!newest) return item.hide();
    const more = operations.length > 1 ? ` (+${operations.length - 1})` : '';
    item.text = `$(sync~spin) ${operationLine(newest)}${more}`;
    item.tooltip = operations.map((operation) => `${operation.verb}: ${operationLine(operation)}`).join('\n');
    item.accessibilityInformation = { label: `Waybill: ${newest.verb} ${operationLine(newest)}` };
    item.show();
  });
  return vscode.Disposable.from(item, { dispose: leave });
}

import * as vscode from 'vscode';
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import type { AppState } from '../state/appState.ts';
import { environmentKey } from '../state/environmentWatches.ts';
import { operationLine } from '../state/operations.ts';

/** The current environment once one was chosen, and what runs while something runs. */
export function registerStatusBar(state: AppState): vscode.Disposable {
  return vscode.Disposable.from(currentEnvironment(state), runningOperations(state));
}

/** `staging`; on a warning background when it is protected. A click chooses another. */
function currentEnvironment(state: AppState): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('waybill.environment', vscode.StatusBarAlignment.Left, 51);
  item.name = 'Waybill: Current Environment';
  item.command = 'waybill.environment.choose';
  const draw = () => {
    const load = state.model.store.get();
    const key = state.current.get();
    const environments = load.state === 'ready' ? load.value.environments : [];
    const environment = environments.find((candidate) => environmentKey(candidate) === key);
    if (environment) show(item, environment);
    else item.hide();
  };
  const leave = [state.model.store.subscribe(draw), state.current.subscribe(draw)].map((dispose) => ({ dispose }));
  draw();
  return vscode.Disposable.from(item, ...leave);
}

function show(item: vscode.StatusBarItem, environment: EnvironmentSummary): void {
  const isProtected = environment.protected.on;
  item.text = `$(${isProtected ? 'lock' : 'server-environment'}) ${environment.name}`;
  item.tooltip = `${environment.name} of ${environment.product}${isProtected ? ', protected' : ''}: offered first`;
  item.backgroundColor = isProtected ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  item.accessibilityInformation = { label: `Waybill: current environment ${environment.name}${isProtected ? ', protected' : ''}` };
  item.show();
}

/** One item, there only while something runs: `order-api → staging 3/6`. A click shows the services. */
function runningOperations(state: AppState): vscode.Disposable {
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

import * as vscode from 'vscode';
import type { Action } from '../commands/contract/ui.ts';
import { isCancelled, isWaybillError } from '../errors.ts';
import { failureOf, failureSentences } from '../state/failure.ts';

export type ReportFailure = (error: unknown, actions: readonly Action[]) => void;

/** The one place where failures are shown: what, why, what to do, and the next step as a button. Cancelling is no failure. */
export function failureReporter(log: vscode.LogOutputChannel): ReportFailure {
  return (error, actions) => {
    if (isCancelled(error)) {
      vscode.window.setStatusBarMessage('$(circle-slash) Cancelled', 4000);
      return;
    }
    const failure = failureOf(error);
    log.error(`${failure.kind}: ${failure.message}`);
    if (!isWaybillError(error) && error instanceof Error && error.stack) log.error(error.stack);
    const at = isWaybillError(error) ? error.at : undefined;
    const open: Action[] = at ? [{ label: `Open ${fileName(at.file)}:${at.line}`, run: () => openLine(at.file, at.line) }] : [];
    const show: Action = { label: 'Show Log', run: () => log.show(true) };
    void offer('error', failureSentences(failure), [...open, ...trustAction(failure.kind), ...actions, show]);
  };
}

function trustAction(kind: string): readonly Action[] {
  if (kind !== 'untrusted') return [];
  return [{ label: 'Manage Trust', run: async () => void (await vscode.commands.executeCommand('workbench.trust.manage')) }];
}

/** Shows a notification with at most three buttons and runs the one that was pressed. */
export async function offer(severity: 'error' | 'warning' | 'info', message: string, actions: readonly Action[]): Promise<void> {
  const shown = actions.slice(0, 3);
  const labels = shown.map((action) => action.label);
  const pressed = await show(severity, message, labels);
  await shown.find((action) => action.label === pressed)?.run();
}

async function show(severity: 'error' | 'warning' | 'info', message: string, labels: readonly string[]): Promise<string | undefined> {
  if (severity === 'error') return vscode.window.showErrorMessage(message, ...labels);
  if (severity === 'warning') return vscode.window.showWarningMessage(message, ...labels);
  return vscode.window.showInformationMessage(message, ...labels);
}

function fileName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

async function openLine(file: string, line: number): Promise<void> {
  const position = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(position, position) });
}

import * as vscode from 'vscode';
import type { Choice, Task, Ui } from '../commands/contract/ui.ts';
import type { Diagnosis } from '../ports.ts';
import type { AppState } from '../state/appState.ts';
import { deliveryBoard } from './board.ts';
import type { BuildLinks } from './buildTerminal.ts';
import { virtualDocuments } from './documents.ts';
import { offer, type ReportFailure } from './errors.ts';
import {
  activeFile,
  applyEdits,
  createFile,
  createFiles,
  findFiles,
  previewEdits,
  readText,
  saveEdits,
  showPlaces,
  workspaceFolder,
} from './files.ts';
import { shell, typing } from './shells.ts';
import { registerStackLinks } from './stackLinks.ts';
import { registerDockerfileLinks, terminalScreens } from './terminals.ts';

/** The questions, documents and terminals of VS Code behind the interface that commands know. */
export function editorUi(context: vscode.ExtensionContext, state: AppState, failed: ReportFailure, links: BuildLinks): Ui {
  const documents = virtualDocuments();
  const marks = markers();
  const diagnoses = diagnosisKeeper();
  const screens = terminalScreens(links);
  const board = deliveryBoard(context.extensionUri, state);
  context.subscriptions.push(documents, marks, diagnoses, board, registerDockerfileLinks(), registerStackLinks());
  return {
    pick: async (question) => {
      const items = question.choices.map(pickItem);
      const picked = await vscode.window.showQuickPick(items, {
        title: question.title,
        placeHolder: question.placeholder,
        matchOnDescription: true,
        matchOnDetail: true,
      });
      return picked?.value;
    },
    async pickSeveral(question) {
      const items = question.choices.map((choice) => ({ ...pickItem(choice), picked: choice.picked === true }));
      const picked = await vscode.window.showQuickPick(items, {
        title: question.title,
        placeHolder: question.placeholder,
        canPickMany: true,
      });
      return picked?.map(({ value }) => value);
    },
    typeToConfirm,
    async confirm(message, detail, verb) {
      return (await vscode.window.showWarningMessage(message, { modal: true, detail }, verb)) === verb;
    },
    inform: (message, actions) => void offer('info', message, actions),
    warn: (message, actions) => void offer('warning', message, actions),
    run: (task, work) => runTask(state, task, work),
    openText: async (name, language, text, origins) => void (await documents.open(name, language, text, origins)),
    openDiff: documents.openDiff,
    showPlan: documents.showPlan,
    answerPlan: documents.answerPlan,
    async openLocation({ uri, range }) {
      const selection = new vscode.Range(range.start.line, range.start.character, range.start.line, range.start.character);
      await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection });
    },
    showPlaces,
    previewEdits,
    findFiles,
    workspaceFolder,
    createFile,
    createFiles,
    applyEdits,
    saveEdits,
    input: async ({ title, prompt, value, problem }) =>
      vscode.window.showInputBox({
        title,
        prompt,
        ignoreFocusOut: true,
        validateInput: problem,
        ...(value === undefined ? {} : { value }),
      }),
    readText,
    activeFile,
    showReport: (name, markdown) => showBeside(documents.keep(name, markdown), 'markdown'),
    showPage: (name, markdown) => showRendered(documents.keep(`${name}.md`, markdown)),
    async openWalkthrough() {
      await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#start`);
    },
    copy: async (text) => vscode.env.clipboard.writeText(text),
    ...screens,
    shell,
    typing,
    openExternal: async (url) => void (await vscode.env.openExternal(vscode.Uri.parse(url))),
    showBoard: board.show,
    logTail: () => vscode.workspace.getConfiguration('waybill').get('logs.tail', 200),
    markBuild: marks.mark,
    keepDiagnosis: diagnoses.keep,
    keptDiagnosis: diagnoses.kept,
    failed,
  };
}

async function showBeside(uri: vscode.Uri, language: string): Promise<void> {
  const document = await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(uri), language);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
}

/** By VS Code's own preview; where that is switched off, as text. */
async function showRendered(uri: vscode.Uri): Promise<void> {
  const document = await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(uri), 'markdown');
  try {
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  } catch {
    await vscode.window.showTextDocument(document, { preview: true });
  }
}

function pickItem<T>(choice: Choice<T>): vscode.QuickPickItem & { value: T } {
  return {
    label: choice.icon ? `$(${choice.icon}) ${choice.label}` : choice.label,
    ...(choice.description ? { description: choice.description } : {}),
    ...(choice.detail ? { detail: choice.detail } : {}),
    value: choice.value,
  };
}

async function typeToConfirm(title: string, prompt: string, expected: string): Promise<boolean> {
  const typed = await vscode.window.showInputBox({
    title,
    prompt,
    ignoreFocusOut: true,
    validateInput: (text) => (text === '' || expected.startsWith(text) ? undefined : `Type \`${expected}\` to go on, or press Escape.`),
  });
  return typed === expected;
}

async function runTask<T>(
  state: AppState,
  task: Task,
  work: (report: (message: string) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const title = `${task.verb} ${task.service}${task.environment ? ` → ${task.environment}` : ''}`;
  const operation = state.operations.begin(task);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    try {
      return await work((message) => {
        operation.report(message);
        progress.report({ message });
      }, abort.signal);
    } finally {
      operation.end();
    }
  });
}

interface Markers extends vscode.Disposable {
  readonly mark: Ui['markBuild'];
}

/** Errors that builds leave on lines of Dockerfiles, one at a time per build. */
function markers(): Markers {
  const collection = vscode.languages.createDiagnosticCollection('waybill (build)');
  const marked = new Map<string, vscode.Uri>();
  // The mark speaks of the text that was built: an edit makes it untrue.
  const edits = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (contentChanges.length > 0 && collection.has(document.uri)) collection.delete(document.uri);
  });
  return {
    mark(service, problem) {
      const last = marked.get(service);
      if (last) collection.delete(last);
      if (!problem) return;
      const uri = vscode.Uri.file(problem.file);
      const line = Math.max(0, problem.line - 1);
      const diagnostic = new vscode.Diagnostic(new vscode.Range(line, 0, line, 1000), problem.message, vscode.DiagnosticSeverity.Error);
      diagnostic.source = 'waybill (build)';
      collection.set(uri, [diagnostic]);
      marked.set(service, uri);
    },
    dispose: () => vscode.Disposable.from(collection, edits).dispose(),
  };
}

interface DiagnosisKeeper extends vscode.Disposable {
  readonly keep: Ui['keepDiagnosis'];
  readonly kept: Ui['keptDiagnosis'];
}

/** Diagnoses of this session, shown on the manifest as `waybill (live)` until the next deployment of the same service. */
function diagnosisKeeper(): DiagnosisKeeper {
  const collection = vscode.languages.createDiagnosticCollection('waybill (live)');
  const kept = new Map<string, Diagnosis>();
  return {
    keep(location, service, environment, diagnosis) {
      const uri = vscode.Uri.parse(location.uri);
      const key = `${service} in ${environment}`;
      const others = (collection.get(uri) ?? []).filter((other) => other.code !== environment);
      if (diagnosis) kept.set(key, diagnosis);
      else kept.delete(key);
      collection.set(uri, diagnosis ? [...others, liveDiagnostic(range(location.range), environment, diagnosis)] : others);
    },
    kept: (service, environment) => kept.get(`${service} in ${environment}`),
    dispose: () => collection.dispose(),
  };
}

function liveDiagnostic(where: vscode.Range, environment: string, diagnosis: Diagnosis): vscode.Diagnostic {
  const path = diagnosis.manifestPath ? ` (\`${diagnosis.manifestPath}\`)` : '';
  const message = `In ${environment}: ${diagnosis.summary}${path} ${diagnosis.advice}`;
  const diagnostic = new vscode.Diagnostic(where, message, vscode.DiagnosticSeverity.Warning);
  diagnostic.source = 'waybill (live)';
  diagnostic.code = environment;
  return diagnostic;
}

function range(plain: { start: { line: number; character: number }; end: { line: number; character: number } }): vscode.Range {
  return new vscode.Range(plain.start.line, plain.start.character, plain.end.line, plain.end.character);
}

import * as vscode from 'vscode';
import type { AppState } from '../state/appState.ts';
import { throttle } from '../state/throttle.ts';
import { type ClientLens, environmentLenses, serviceLenses } from '../tree/lenses.ts';
import { subjectOfFile } from './subject.ts';

/** For what comes from environments, lenses are drawn anew at most once in this many milliseconds. */
const interval = 1_000;

/**
 * What runs where and Build · Release · Deploy · Logs, above the service's name in waybill.yaml and above the last FROM of its
 * Dockerfile; state and Deploy above each environment.
 */
export function registerLenses(state: AppState): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: (document) => lensesOf(document, state).map(codeLens),
  };
  const redraw = throttle(() => changed.fire(), interval, {
    set: (run, milliseconds) => setTimeout(run, milliseconds),
    clear: (handle) => clearTimeout(handle as NodeJS.Timeout),
  });
  const stores = [state.trusted, state.releases.store, state.environments.store, state.environments.paused];
  const leave = [
    ...stores.map((store) => ({ dispose: store.subscribe(() => redraw.trigger()) })),
    // The model tells the line: while somebody types above it, the lens follows at once.
    { dispose: state.model.store.subscribe(() => changed.fire()) },
  ];
  const languages = ['dockerfile', 'waybill-service', 'waybill-environments'];
  const see = (editors: readonly vscode.TextEditor[]) =>
    state.lenses.set(editors.some(({ document }) => languages.includes(document.languageId)));
  see(vscode.window.visibleTextEditors);
  // "seen 12 min ago" moves on by itself.
  const minute = setInterval(() => state.environments.paused.get() && redraw.trigger(), 60_000);
  return vscode.Disposable.from(
    vscode.languages.registerCodeLensProvider(
      languages.map((language) => ({ language })),
      provider,
    ),
    vscode.window.onDidChangeVisibleTextEditors(see),
    { dispose: () => clearInterval(minute) },
    changed,
    redraw,
    ...leave,
  );
}

function lensesOf(document: vscode.TextDocument, state: AppState): readonly ClientLens[] {
  const load = state.model.store.get();
  if (load.state !== 'ready' || !state.trusted.get()) return [];
  const { store, paused } = state.environments;
  const known = { model: load.value, releases: state.releases.store.get(), environments: store.get() };
  const input = { ...known, ...(paused.get() ? { seen: paused.get() } : {}), now: new Date() };
  const uri = document.uri.toString();
  if (document.languageId === 'waybill-environments') return environmentLenses(uri, input);
  const { service } = subjectOfFile(uri, state);
  const found = service && load.value.services.find((candidate) => candidate.id === service);
  if (!found) return [];
  const line = document.languageId === 'dockerfile' ? lastFrom(document) : found.location.range.start.line;
  return serviceLenses(found.id, { start: { line, character: 0 }, end: { line, character: 0 } }, input);
}

function codeLens({ range: { start, end }, title, command, subject }: ClientLens): vscode.CodeLens {
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  return new vscode.CodeLens(range, { title, command, arguments: [subject] });
}

/** A place for the lenses, not a judgement: the server alone reads Dockerfiles. */
function lastFrom(document: vscode.TextDocument): number {
  for (let line = document.lineCount - 1; line >= 0; line--) if (/^\s*FROM\s/i.test(document.lineAt(line).text)) return line;
  return 0;
}

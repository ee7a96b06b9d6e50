import * as vscode from 'vscode';
import type { AppState } from '../state/appState.ts';
import type { Subject } from '../tree/node.ts';
import { subjectOfFile } from './subject.ts';

const verbs = [
  { title: 'Build', command: 'waybill.image.build' },
  { title: 'Release…', command: 'waybill.service.release' },
  { title: 'Deploy…', command: 'waybill.release.deploy' },
  { title: 'Logs', command: 'waybill.logs.tail' },
];

/** Build · Release · Deploy · Logs above the service's name in waybill.yaml and above the last FROM of its Dockerfile. */
export function registerLenses(state: AppState): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses(document) {
      const subject = subjectOfFile(document.uri.toString(), state);
      if (!subject.service || !state.trusted.get()) return [];
      const line = document.languageId === 'dockerfile' ? lastFrom(document) : nameLine(subject, state);
      const range = new vscode.Range(line, 0, line, 0);
      return verbs.map(({ title, command }) => new vscode.CodeLens(range, { title, command, arguments: [subject] }));
    },
  };
  const leave = [state.model.store, state.trusted].map((store) => ({ dispose: store.subscribe(() => changed.fire()) }));
  const languages = [{ language: 'dockerfile' }, { language: 'waybill-service' }];
  return vscode.Disposable.from(vscode.languages.registerCodeLensProvider(languages, provider), changed, ...leave);
}

/** A place for the lenses, not a judgement: the server alone reads Dockerfiles. */
function lastFrom(document: vscode.TextDocument): number {
  for (let line = document.lineCount - 1; line >= 0; line--) if (/^\s*FROM\s/i.test(document.lineAt(line).text)) return line;
  return 0;
}

function nameLine(subject: Subject, state: AppState): number {
  const load = state.model.store.get();
  const service = load.state === 'ready' ? load.value.services.find((candidate) => candidate.id === subject.service) : undefined;
  return service?.location.range.start.line ?? 0;
}

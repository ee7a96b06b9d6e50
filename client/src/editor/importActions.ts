import * as vscode from 'vscode';
import type { AppState } from '../state/appState.ts';
import { subjectOfFile } from './subject.ts';

const kind = vscode.CodeActionKind.Refactor.append('waybill');

/** Offers to make a manifest of a Dockerfile, a Compose file or Kubernetes objects, and a Dockerfile for a manifest, in the file itself. */
export function registerImportActions(state: AppState): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions(document, range) {
      const offer = offerFor(document, range.start.line, state);
      return offer ? [actionOf(document.uri, offer)] : [];
    },
  };
  const selector = [
    { scheme: 'file', language: 'dockerfile' },
    { scheme: 'file', language: 'dockercompose' },
    { scheme: 'file', language: 'yaml' },
    { scheme: 'file', language: 'waybill-service' },
  ];
  return vscode.languages.registerCodeActionsProvider(selector, provider, { providedCodeActionKinds: [kind] });
}

interface Offer {
  readonly title: string;
  readonly command: string;
}

/** A guess at what the file is, not a judgement: the server alone reads it, and says so when it is something else. */
function offerFor(document: vscode.TextDocument, line: number, state: AppState): Offer | undefined {
  if (document.languageId === 'waybill-service') {
    const about = /^\s*(?:kind|build|dockerfile|base|artifact)\s*:/.test(document.lineAt(line).text);
    return about ? { title: 'Generate Dockerfile for this service', command: 'waybill.dockerfile.create' } : undefined;
  }
  // A Dockerfile of a service or of a base image has what describes it.
  if (document.languageId === 'dockerfile' && isDescribed(document.uri.toString(), state)) return undefined;
  const what = sourceOf(document);
  return what ? { title: `Create waybill.yaml from this ${what}`, command: 'waybill.manifest.import' } : undefined;
}

function isDescribed(uri: string, state: AppState): boolean {
  const load = state.model.store.get();
  if (load.state !== 'ready') return false;
  return (
    subjectOfFile(uri, state).service !== undefined || load.value.catalogue?.images.some((image) => image.dockerfileUri === uri) === true
  );
}

function sourceOf(document: vscode.TextDocument): string | undefined {
  if (document.languageId === 'dockerfile') return 'Dockerfile';
  const name = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1);
  if (document.languageId === 'dockercompose' || /^(?:docker-)?compose.*\.ya?ml$/i.test(name)) return name;
  const workload = /^kind:\s*["']?(Deployment|StatefulSet|DaemonSet)\b/m.exec(document.getText())?.[1];
  return workload && `Kubernetes ${workload}`;
}

function actionOf(uri: vscode.Uri, { title, command }: Offer): vscode.CodeAction {
  const action = new vscode.CodeAction(title, kind);
  action.command = { title, command, arguments: [uri] };
  return action;
}

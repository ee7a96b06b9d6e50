import * as vscode from 'vscode';

const kind = vscode.CodeActionKind.Refactor.append('waybill');

/** Offers to make a manifest of a Dockerfile, a Compose file or Kubernetes objects, and a Dockerfile for a manifest, in the file itself. */
export function registerImportActions(): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions: (document) => offersFor(document).map(({ title, command }) => actionOf(document.uri, title, command)),
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
function offersFor(document: vscode.TextDocument): readonly Offer[] {
  if (document.languageId === 'waybill-service')
    return [{ title: 'Generate Dockerfile for this service', command: 'waybill.dockerfile.create' }];
  const what = sourceOf(document);
  return what ? [{ title: `Create waybill.yaml from this ${what}`, command: 'waybill.manifest.import' }] : [];
}

function sourceOf(document: vscode.TextDocument): string | undefined {
  if (document.languageId === 'dockerfile') return 'Dockerfile';
  const name = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1);
  if (document.languageId === 'dockercompose' || /^(?:docker-)?compose.*\.ya?ml$/i.test(name)) return name;
  const workload = /^kind:\s*["']?(Deployment|StatefulSet|DaemonSet)\b/m.exec(document.getText())?.[1];
  return workload && `Kubernetes ${workload}`;
}

function actionOf(uri: vscode.Uri, title: string, command: string): vscode.CodeAction {
  const action = new vscode.CodeAction(title, kind);
  action.command = { title, command, arguments: [uri] };
  return action;
}

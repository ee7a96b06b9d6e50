import * as vscode from 'vscode';
import type { Location, Range } from '../../../server/src/protocol.ts';
import type { FileEdit, NewFile } from '../commands/contract/ui.ts';

/** Lists places in the editor's own list of references, above the line of `at`. */
export async function showPlaces(at: Location, places: readonly Location[]): Promise<void> {
  const uri = vscode.Uri.parse(at.uri);
  const start = rangeOf(at.range).start;
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(start, start) });
  const locations = places.map((place) => new vscode.Location(vscode.Uri.parse(place.uri), rangeOf(place.range)));
  await vscode.commands.executeCommand('editor.action.showReferences', uri, start, locations);
}

/** Opens the editor's refactoring preview, which begins with no edit ticked: nothing is changed but what the user ticks. */
export async function previewEdits(title: string, edits: readonly FileEdit[]): Promise<void> {
  const change = new vscode.WorkspaceEdit();
  const metadata: vscode.WorkspaceEditEntryMetadata = { label: title, needsConfirmation: true };
  for (const { location, text } of edits) change.replace(vscode.Uri.parse(location.uri), rangeOf(location.range), text, metadata);
  void vscode.window.setStatusBarMessage(`${title}: tick the places, then Apply`, 15_000);
  await vscode.workspace.applyEdit(change, { isRefactoring: true });
}

export async function findFiles(glob: string): Promise<readonly string[]> {
  const found = await vscode.workspace.findFiles(glob, '**/node_modules/**', 1000);
  return found.map((uri) => uri.toString());
}

export function workspaceFolder(): string | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri.toString();
}

/** Makes the file and leaves it open at the first stop of the snippet; a file that is there is only opened. */
export async function createFile(address: string, snippet: string): Promise<void> {
  const uri = vscode.Uri.parse(address);
  const change = new vscode.WorkspaceEdit();
  change.createFile(uri, { ignoreIfExists: true });
  await vscode.workspace.applyEdit(change);
  const editor = await vscode.window.showTextDocument(uri);
  if (editor.document.getText() === '') await editor.insertSnippet(new vscode.SnippetString(snippet));
}

/** Writes files that are not there yet, and opens the first. */
export async function createFiles(files: readonly NewFile[]): Promise<void> {
  const change = new vscode.WorkspaceEdit();
  for (const { uri, text } of files)
    change.createFile(vscode.Uri.parse(uri), { ignoreIfExists: true, contents: new TextEncoder().encode(text) });
  await vscode.workspace.applyEdit(change);
  if (files[0]) await vscode.window.showTextDocument(vscode.Uri.parse(files[0].uri));
}

/** Makes the edits, and leaves the file open and unsaved at the first of them. */
export async function applyEdits(edits: readonly FileEdit[]): Promise<void> {
  const change = new vscode.WorkspaceEdit();
  for (const { location, text } of edits) change.replace(vscode.Uri.parse(location.uri), rangeOf(location.range), text);
  await vscode.workspace.applyEdit(change);
  const [first] = edits;
  if (!first) return;
  const { start } = rangeOf(first.location.range);
  const line = start.translate(first.text.startsWith('\n') ? 1 : 0);
  await vscode.window.showTextDocument(vscode.Uri.parse(first.location.uri), { selection: new vscode.Range(line, line) });
}

/** Makes the edits and saves the files. Who has a file open with changes of their own saves it themselves. */
export async function saveEdits(edits: readonly FileEdit[]): Promise<void> {
  const documents = await Promise.all(
    [...new Set(edits.map(({ location }) => location.uri))].map((uri) => vscode.workspace.openTextDocument(vscode.Uri.parse(uri))),
  );
  const own = documents.filter(({ isDirty }) => !isDirty);
  const change = new vscode.WorkspaceEdit();
  for (const { location, text } of edits) change.replace(vscode.Uri.parse(location.uri), rangeOf(location.range), text);
  await vscode.workspace.applyEdit(change);
  for (const document of documents) await (own.includes(document) ? document.save() : vscode.window.showTextDocument(document));
}

export async function readText(uri: string): Promise<string> {
  return (await vscode.workspace.openTextDocument(vscode.Uri.parse(uri))).getText();
}

export function activeFile(): string | undefined {
  return vscode.window.activeTextEditor?.document.uri.toString();
}

function rangeOf({ start, end }: Range): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

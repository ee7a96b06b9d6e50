/** The features of Dockerfiles as an editor meets them: a process, real files, real requests. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import type {
  CodeLens,
  CompletionList,
  DocumentHighlight,
  DocumentLink,
  Hover,
  InlayHint,
  Location,
  SelectionRange,
  SemanticTokens,
  SignatureHelp,
  SymbolInformation,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol';
import { parseAnnotated } from '../harness/annotated.ts';
import { startClient, type TestClient } from './client.ts';

const sample = (path: string) => readFile(resolve(import.meta.dirname, '../sample', path), 'utf8');
const path = 'services/order-api/Dockerfile';
const dockerfile = await sample(path);
const company = {
  'waybill.standards.yaml': await sample('waybill.standards.yaml'),
  'waybill.environments.yaml': await sample('waybill.environments.yaml'),
  [path]: dockerfile,
  'services/order-api/waybill.yaml': await sample('services/order-api/waybill.yaml'),
  'services/order-api/app/run.sh': '',
  'services/order-api/notes.md': '',
  'services/order-api/.dockerignore': '*.md\n',
};

/** Opens an annotated Dockerfile and asks at its cursor. */
async function asked<T>(client: TestClient, method: string, source: string, more: object = {}): Promise<T> {
  const { text, cursor } = parseAnnotated(source);
  const uri = await client.open(path, text);
  return client.connection.sendRequest<T>(method, { textDocument: { uri }, ...(cursor ? { position: cursor } : {}), ...more });
}

const options = { tabSize: 2, insertSpaces: true };
const everything = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

describe('Dockerfile features through the protocol', () => {
  it('completion lists the folder of the context without what .dockerignore leaves out', async () => {
    await using client = await startClient({ files: company });
    const { items } = await asked<CompletionList>(client, 'textDocument/completion', 'FROM a\nCOPY <|>');
    assert.deepEqual(
      items.map(({ label }) => label),
      ['app/', '.dockerignore', 'Dockerfile', 'waybill.yaml'],
    );
  });

  it('references lead from the standards to every FROM', async () => {
    await using client = await startClient({ files: company });
    const text = company['waybill.standards.yaml'];
    const before = text.slice(0, text.indexOf('name: web-2') + 7).split('\n');
    const places = await client.connection.sendRequest<Location[]>('textDocument/references', {
      textDocument: { uri: client.uri('waybill.standards.yaml') },
      position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
      context: { includeDeclaration: false },
    });
    assert.ok(
      places.some(({ uri }) => uri === client.uri(path)),
      JSON.stringify(places),
    );
  });

  it('names are highlighted and renamed; a refusal says why', async () => {
    await using client = await startClient({ files: company });
    const source = 'FROM a AS b<|>\nFROM b\n';
    const marks = await asked<DocumentHighlight[]>(client, 'textDocument/documentHighlight', source);
    assert.deepEqual(
      marks.map(({ kind }) => kind),
      [3, 2],
    );
    const edit = await client.connection.sendRequest<WorkspaceEdit>('textDocument/rename', {
      textDocument: { uri: client.uri(path) },
      position: { line: 0, character: 10 },
      newName: 'build',
    });
    assert.equal(edit.changes?.[client.uri(path)]?.length, 2);
    const refused = client.connection.sendRequest('textDocument/rename', {
      textDocument: { uri: client.uri(path) },
      position: { line: 0, character: 10 },
      newName: 'No',
    });
    await assert.rejects(refused, /no stage name/);
  });

  it('formatting, on the document, in a range and while typing', async () => {
    await using client = await startClient({ files: company });
    const edits = await asked<TextEdit[]>(client, 'textDocument/formatting', 'FROM a\nrun x && \\\ny  \n', { options });
    assert.deepEqual(
      edits.map(({ newText }) => newText),
      ['RUN', '  ', '\n'],
    );
    const uri = client.uri(path);
    const range = { start: { line: 2, character: 0 }, end: { line: 2, character: 3 } };
    const some = await client.connection.sendRequest<TextEdit[]>('textDocument/rangeFormatting', { textDocument: { uri }, range, options });
    assert.equal(some.length, 2);
    await client.change(uri, 2, 'FROM a\nRUN x && \\\n\n');
    const typed = await client.connection.sendRequest<TextEdit[]>('textDocument/onTypeFormatting', {
      textDocument: { uri },
      position: { line: 2, character: 0 },
      ch: '\n',
      options,
    });
    assert.deepEqual(typed[0]?.newText, '  ');
  });

  it('tokens, hints, lenses, links, signatures, selection ranges and symbols are answered', async () => {
    await using client = await startClient({ files: company });
    const tokens = await asked<SemanticTokens>(client, 'textDocument/semanticTokens/full', dockerfile);
    assert.ok(tokens.data.length > 0 && tokens.data.length % 5 === 0);
    const ask = <T>(method: string, more: object = {}) =>
      client.connection.sendRequest<T>(`textDocument/${method}`, { textDocument: { uri: client.uri(path) }, ...more });
    const hints = await ask<InlayHint[]>('inlayHint', { range: everything });
    assert.ok(
      hints.some(({ label }) => label === 'base on keel-3'),
      JSON.stringify(hints),
    );
    const lenses = await ask<CodeLens[]>('codeLens');
    assert.equal(lenses[0]?.command?.title, 'Application');
    const links = await ask<DocumentLink[]>('documentLink');
    assert.ok(links[0]?.target?.startsWith(`${client.uri('waybill.standards.yaml')}#L`));
    const position = { line: dockerfile.split('\n').findIndex((line) => line.startsWith('FROM')), character: 6 };
    assert.match((await ask<SignatureHelp>('signatureHelp', { position })).signatures[0]?.label ?? '', /^FROM/);
    const [selection] = await ask<SelectionRange[]>('selectionRange', { positions: [position] });
    assert.ok(selection?.parent?.parent);
    const symbols = await client.connection.sendRequest<SymbolInformation[]>('workspace/symbol', { query: 'order' });
    assert.ok(symbols.some(({ name }) => name === 'order-api'));
  });

  it('settings switch hints off, one by one', async () => {
    await using client = await startClient({ files: company, settings: { user: false, workdir: true, arguments: true, layer: false } });
    const hints = await asked<InlayHint[]>(client, 'textDocument/inlayHint', dockerfile, { range: everything });
    assert.ok(hints.length === 0 || hints.every(({ label }) => /^WORKDIR/.test(String(label))), JSON.stringify(hints));
  });

  it('beside another extension the server does not say that it could do what that one does', async () => {
    await using client = await startClient({ files: company, own: true });
    for (const key of [
      'documentFormattingProvider',
      'renameProvider',
      'semanticTokensProvider',
      'signatureHelpProvider',
      'documentHighlightProvider',
    ]) {
      assert.ok(!(key in client.capabilities), key);
    }
    for (const key of ['referencesProvider', 'inlayHintProvider', 'codeLensProvider', 'hoverProvider'])
      assert.ok(key in client.capabilities, key);
    const { items } = await asked<CompletionList>(client, 'textDocument/completion', 'FROM a\nWOR<|>');
    assert.deepEqual(items, []);
    const hover = await asked<Hover | null>(client, 'textDocument/hover', 'FROM a\nWOR<|>KDIR /x');
    assert.equal(hover, null);
  });
});

describe('.dockerignore through the protocol', () => {
  it('is judged, completed and explained by what lies in its context', async () => {
    await using client = await startClient({ files: company });
    const uri = await client.open('services/order-api/.dockerignore', '*.md\nno-such-file\n', 'ignore');
    assert.deepEqual(
      (await client.pull(uri)).map(({ code }) => code),
      ['ignore/unused-pattern'],
    );
    const hover = await client.connection.sendRequest<Hover>('textDocument/hover', {
      textDocument: { uri },
      position: { line: 0, character: 1 },
    });
    assert.match(JSON.stringify(hover.contents), /notes\.md/);
    const list = await client.connection.sendRequest<CompletionList>('textDocument/completion', {
      textDocument: { uri },
      position: { line: 2, character: 0 },
    });
    assert.ok(list.items.some(({ label }) => label === 'app'));
  });
});

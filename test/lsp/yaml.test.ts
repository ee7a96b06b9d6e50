import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CodeActionRequest,
  CodeLensRequest,
  CompletionRequest,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
  FoldingRangeRequest,
  HoverRequest,
  SelectionRangeRequest,
  SemanticTokensRequest,
} from 'vscode-languageserver-protocol/node';
import { files, service } from '../features/yamlFixture.ts';
import { startClient } from './client.ts';

const path = 'services/order-api/waybill.yaml';
const options = { tabSize: 2, insertSpaces: true };

describe('editing YAML files through the server', () => {
  it('formats, folds, selects, colours, links and highlights', async () => {
    await using client = await startClient({ files });
    const uri = await client.open(path, service.replace('scale: { replicas: 2 }', 'scale:    {replicas: 2}'), 'waybill-service');
    const textDocument = { uri };
    const ask = client.connection;
    const edits = await ask.sendRequest(DocumentFormattingRequest.type, { textDocument, options });
    assert.deepEqual(
      edits?.map(({ newText }) => newText),
      [' ', ' ', ' '],
    );
    const all = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    assert.equal((await ask.sendRequest(DocumentRangeFormattingRequest.type, { textDocument, options, range: all }))?.length, 3);
    const folds = await ask.sendRequest(FoldingRangeRequest.type, { textDocument });
    assert.ok(folds?.some(({ startLine, endLine }) => startLine === 5 && endLine === 8));
    const position = { line: 13, character: 13 };
    const selection = await ask.sendRequest(SelectionRangeRequest.type, { textDocument, positions: [position] });
    assert.ok(selection?.[0]?.parent?.parent);
    const tokens = await ask.sendRequest(SemanticTokensRequest.type, { textDocument });
    assert.ok((tokens?.data.length ?? 0) > 200);
    const links = await ask.sendRequest(DocumentLinkRequest.type, { textDocument });
    assert.deepEqual(
      links?.map(({ tooltip }) => tooltip),
      ['Open the file', 'Open the file'],
    );
    const highlights = await ask.sendRequest(DocumentHighlightRequest.type, { textDocument, position });
    assert.equal(highlights?.length, 3);
  });

  it('leads from hover and completion to the page of the field', async () => {
    await using client = await startClient({ files });
    const uri = await client.open(path, `${service}rollo\n`, 'waybill-service');
    const hover = await client.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: { line: 13, character: 16 } });
    assert.match(JSON.stringify(hover?.contents), /\[Documentation\]\(https:\/\/example\.com\/files\/service\.md#L\d+\)/);
    const position = { line: service.split('\n').length - 1, character: 5 };
    const found = await client.connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position });
    const items = Array.isArray(found) ? found : (found?.items ?? []);
    const item = items.find(({ label }) => label === 'rollout');
    assert.match(JSON.stringify(item?.documentation), /\[Documentation\]\(https:\/\/example\.com\/files\/service\.md#L\d+\)/);
  });

  it('indents a line that is begun below a key', async () => {
    await using client = await startClient({ files });
    const uri = await client.open(path, 'env:\n', 'waybill-service');
    const edits = await client.connection.sendRequest(DocumentOnTypeFormattingRequest.type, {
      textDocument: { uri },
      position: { line: 1, character: 0 },
      ch: '\n',
      options,
    });
    assert.equal(edits?.[0]?.newText, '  ');
  });

  it('says a schedule in words', async () => {
    await using client = await startClient({ files });
    const uri = await client.open(
      path,
      'scale: { schedule: [{ cron: "0 9 * * 1-5", timezone: Asia/Shanghai, min: 1 }] }\n',
      'waybill-service',
    );
    const hover = await client.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: { line: 0, character: 32 } });
    assert.match(JSON.stringify(hover), /At 09:00, Monday through Friday \(Asia\/Shanghai\).*Next:/);
  });

  it('never formats a file with an error', async () => {
    await using client = await startClient({ files });
    const uri = await client.open(path, 'env:   [1\n', 'waybill-service');
    assert.deepEqual(await client.connection.sendRequest(DocumentFormattingRequest.type, { textDocument: { uri }, options }), []);
  });

  it('has lenses above the images of the standards and fixes all that is safe', async () => {
    await using client = await startClient({ files });
    const standards = client.uri('waybill.standards.yaml');
    const lenses = await client.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: standards } });
    assert.ok(lenses?.some(({ command }) => command?.title === '1 service stands on it' && command.command === 'waybill.places.show'));
    const uri = await client.open(path, service.replace('java-tomcat-9', 'java-tomcat-8'), 'waybill-service');
    const actions = await client.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      context: { diagnostics: [], only: ['source.fixAll'] },
    });
    const action = actions?.[0];
    assert.ok(action && 'edit' in action && action.edit?.changes?.[uri]?.[0]?.newText === '9');
  });

  it('beside another extension for Dockerfiles the basics are offered for YAML alone', async () => {
    await using client = await startClient({ files, own: true });
    assert.ok(!('documentFormattingProvider' in client.capabilities));
    const uri = await client.open(path, 'kind:   Service\n', 'waybill-service');
    const edits = await client.connection.sendRequest(DocumentFormattingRequest.type, { textDocument: { uri }, options });
    assert.equal(edits?.length, 1);
    const dockerfile = await client.open('services/order-api/Dockerfile', 'from a   \n', 'dockerfile');
    const none = await client.connection.sendRequest(DocumentFormattingRequest.type, { textDocument: { uri: dockerfile }, options });
    assert.deepEqual(none, []);
    const offered = client.registered.filter(({ method }) => method.startsWith('textDocument/'));
    assert.deepEqual(offered.map(({ method }) => method.replace('textDocument/', '')).sort(), [
      'documentHighlight',
      'formatting',
      'onTypeFormatting',
      'rangeFormatting',
      'rename',
      'semanticTokens',
    ]);
    assert.ok(offered.every(({ registerOptions }) => !JSON.stringify(registerOptions).includes('dockerfile')));
  });
});

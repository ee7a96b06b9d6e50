/** Files beside a service, through the real server: `supervisord.conf` and resources of confd. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CodeAction, CompletionItem, CompletionList, DocumentSymbol, Hover } from 'vscode-languageserver-protocol';
import { startClient, until } from './client.ts';

const codes = (diagnostics: readonly { readonly code?: unknown }[]) => diagnostics.map(({ code }) => code);
const manifest = 'apiVersion: waybill.dev/v1\nkind: Service\nmetadata: { name: order, product: web }\n';
const supervisor = '[supervisord]\nnodaemon=true\n\n[program:order]\ncommand=/opt/order\nstdout_logfile=/dev/stdout\n';
const resource = '[template]\nsrc = "order.tmpl"\ndest = "/etc/nginx/nginx.conf"\nkeys = ["/ORDER_prod"]\n';
const template =
  'upstream order {\n{{range getvs "/ORDER_prod/*"}}\n  server {{.}};\n{{else}}\n  server 127.0.0.1:65535 down;\n{{end}}\n}\n';
const files = {
  'order/waybill.yaml': `${manifest}health: { liveness: { tcp: { port: 8080 } } }\n`,
  'order/supervisor/supervisord.conf': supervisor,
  'proxy/conf.d/order.toml': resource,
  'proxy/templates/order.tmpl': template,
};

function items(answer: CompletionList | readonly CompletionItem[] | null): readonly string[] {
  const list = answer && 'items' in answer ? answer.items : (answer ?? []);
  return list.map(({ label }) => label);
}

describe('supervisord.conf in the editor', () => {
  it('has findings at the word, with a fix, completion, hover and an outline', async () => {
    await using client = await startClient({ files });
    const uri = await client.open('order/supervisor/supervisord.conf', supervisor, 'waybill-supervisor');
    const [finding, ...others] = await client.pull(uri);
    assert.deepEqual(codes(others), []);
    assert.equal(finding?.code, 'supervisor/stdout-maxbytes');
    assert.deepEqual(finding?.range, { start: { line: 5, character: 15 }, end: { line: 5, character: 26 } });
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: finding?.range,
      context: { diagnostics: [finding] },
    });
    const edit = actions.find(({ title }) => title === 'Set `stdout_logfile_maxbytes=0`')?.edit?.changes?.[uri]?.[0];
    assert.equal(edit?.newText, 'stdout_logfile_maxbytes=0\n');
    const position = { line: 2, character: 0 };
    const found = items(await client.connection.sendRequest('textDocument/completion', { textDocument: { uri }, position }));
    assert.ok(found.includes('loglevel') && !found.includes('nodaemon'), found.join());
    const hover = await client.connection.sendRequest<Hover>('textDocument/hover', {
      textDocument: { uri },
      position: { line: 1, character: 3 },
    });
    assert.match(JSON.stringify(hover.contents), /foreground/);
    const symbols = await client.connection.sendRequest<DocumentSymbol[]>('textDocument/documentSymbol', { textDocument: { uri } });
    assert.deepEqual(
      symbols.map(({ name }) => name),
      ['supervisord', 'program:order'],
    );
  });

  it('is judged again when the manifest beside it changes', async () => {
    await using client = await startClient({ files });
    const quiet = supervisor.replace('/dev/stdout', 'NONE');
    const uri = await client.open('order/supervisor/supervisord.conf', quiet, 'waybill-supervisor');
    assert.deepEqual(codes(await client.pull(uri)), []);
    const before = client.refreshes();
    await client.open('order/waybill.yaml', manifest);
    await until('the server asks for a new pull', () => client.refreshes() > before);
    assert.deepEqual(codes(await client.pull(uri)), ['supervisor/fatal-unseen']);
  });
});

describe('resources of confd in the editor', () => {
  it('are judged against their templates, on the disk too', async () => {
    await using client = await startClient({ files });
    const uri = await client.open('proxy/conf.d/order.toml', resource, 'toml');
    assert.deepEqual(codes(await client.pull(uri)), []);
    const path = fileURLToPath(client.uri('proxy/templates/order.tmpl'));
    const changed = async (type: number) => {
      const before = client.refreshes();
      const changes = [{ uri: client.uri('proxy/templates/order.tmpl'), type }];
      await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
      await until('the server asks for a new pull', () => client.refreshes() > before);
      return codes(await client.pull(uri));
    };
    await writeFile(path, template.replaceAll('/ORDER_prod', '/CART_prod').replace(/\{\{else\}\}[\s\S]*down;\n/, ''));
    assert.deepEqual(await changed(2), ['confd/empty-upstream', 'confd/keys-not-covering']);
    await rm(path);
    assert.deepEqual(await changed(3), ['confd/template-missing']);
  });

  it('are completed while they are no TOML yet', async () => {
    await using client = await startClient({ files });
    const uri = await client.open('proxy/conf.d/order.toml', '[template]\nsrc = "', 'toml');
    assert.deepEqual(codes(await client.pull(uri)), ['confd/syntax']);
    const position = { line: 1, character: 7 };
    assert.deepEqual(items(await client.connection.sendRequest('textDocument/completion', { textDocument: { uri }, position })), [
      'order.tmpl',
    ]);
  });
});

/** The language server as an editor meets it: a process, real files, real requests. */
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CodeAction, CompletionList, Hover, InlayHint, LocationLink, WorkspaceEdit } from 'vscode-languageserver-protocol';
import type { BuildSpecAnswer, EffectiveAnswer, WorkspaceModel } from '../../server/src/protocol.ts';
import { startClient, until } from './client.ts';

const sample = (path: string) => readFile(resolve(import.meta.dirname, '../sample', path), 'utf8');
const standards = await sample('waybill.standards.yaml');
const environments = await sample('waybill.environments.yaml');
const dockerfile = await sample('services/order-api/Dockerfile');
const manifest = await sample('services/order-api/waybill.yaml');
const company = {
  'waybill.standards.yaml': standards,
  'waybill.environments.yaml': environments,
  'services/order-api/Dockerfile': dockerfile,
  'services/order-api/waybill.yaml': manifest,
  'services/price-api/waybill.yaml': await sample('services/price-api/waybill.yaml'),
};
const path = 'services/order-api/Dockerfile';
const rules = (diagnostics: readonly { readonly code?: unknown }[]) => diagnostics.map(({ code }) => code);

/** The position of the first character of `word`. */
function at(text: string, word: string) {
  const before = text.slice(0, text.indexOf(word)).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

describe('diagnostics', () => {
  it('a good service has none; a floating tag has one, at the word, with the page of its rule', async () => {
    await using client = await startClient({ files: company });
    const uri = await client.open(path, dockerfile);
    assert.deepEqual(await client.pull(uri), []);
    await client.change(uri, 2, dockerfile.replace(/@sha256:\S+/, ''));
    const [finding, ...others] = await client.pull(uri);
    assert.deepEqual(others, []);
    assert.equal(finding?.code, 'base/digest');
    assert.equal(finding?.codeDescription?.href, 'https://example.com/rules/base/digest.md');
    assert.deepEqual(finding?.range.start, at(dockerfile, 'registry.example.com/base/web'));
  });

  it('every open document is judged again when the standards change on the disk', async () => {
    await using client = await startClient({ files: company });
    const uri = await client.open(path, dockerfile);
    assert.deepEqual(await client.pull(uri), []);
    const before = client.refreshes();
    await writeFile(
      fileURLToPath(client.uri('waybill.standards.yaml')),
      standards.replace('rebase: compatible', 'deprecated: { replacedBy: batch-1 }'),
    );
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: client.uri('waybill.standards.yaml'), type: 2 }],
    });
    await until('the server asks for a new pull', () => client.refreshes() > before);
    assert.deepEqual(rules(await client.pull(uri)), ['base/deprecated']);
  });

  it('and when they are edited and not yet saved', async () => {
    await using client = await startClient({ files: company });
    const uri = await client.open(path, dockerfile);
    await client.pull(uri);
    const before = client.refreshes();
    await client.open(
      'waybill.standards.yaml',
      standards.replace('rebase: compatible', 'deprecated: { replacedBy: batch-1 }'),
      'waybill-standards',
    );
    await until('the server asks for a new pull', () => client.refreshes() > before);
    assert.deepEqual(rules(await client.pull(uri)), ['base/deprecated']);
  });

  it('are pushed to an editor that cannot pull, and taken away when the document is closed', async () => {
    await using client = await startClient({ files: company, pulls: false });
    const uri = await client.open(path, dockerfile.replace(/@sha256:\S+/, ''));
    await until('the finding arrives', () => rules(client.pushed.get(uri) ?? []).includes('base/digest'));
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    await until('it is taken away', () => client.pushed.get(uri)?.length === 0);
  });

  it('each folder of a multi-root workspace has its own standards', async () => {
    const files = {
      ...Object.fromEntries(Object.entries(company).map(([name, text]) => [`strict/${name}`, text])),
      ...Object.fromEntries(Object.entries(company).map(([name, text]) => [`lax/${name}`, text])),
      'lax/waybill.standards.yaml': `${standards}  base/digest: off\n`.replace('name: lantern', 'name: relaxed'),
      'lax/services/order-api/waybill.yaml': manifest.replace('standards: lantern', 'standards: relaxed'),
    };
    await using client = await startClient({ files, roots: ['strict', 'lax'] });
    const floating = dockerfile.replace(/@sha256:\S+/, '');
    assert.deepEqual(rules(await client.pull(await client.open(`strict/${path}`, floating))), ['base/digest']);
    assert.deepEqual(rules(await client.pull(await client.open(`lax/${path}`, floating))), []);
  });

  it('a file that is no document of ours is left alone, and one that vanished is forgotten', async () => {
    await using client = await startClient({ files: company });
    assert.deepEqual(await client.pull(client.uri('README.md')), []);
    await rm(fileURLToPath(client.uri('services/price-api/waybill.yaml')));
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: client.uri('services/price-api/waybill.yaml'), type: 3 }],
    });
    const model = await client.connection.sendRequest<WorkspaceModel>('waybill/model');
    assert.deepEqual(
      model.services.map(({ id }) => id),
      ['parcel/order-api'],
    );
  });
});

describe('a folder that is deleted', () => {
  it('takes its service with it, though only the folder is told', async () => {
    await using client = await startClient({ files: company });
    await rm(fileURLToPath(client.uri('services/order-api')), { recursive: true });
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: client.uri('services/order-api'), type: 3 }],
    });
    const model = await client.connection.sendRequest<WorkspaceModel>('waybill/model');
    assert.deepEqual(
      model.services.map(({ id }) => id),
      ['parcel/price-api'],
    );
  });
});

describe('the setting waybill.rules', () => {
  it('changes severities where the standards say nothing, at once', async () => {
    await using client = await startClient({ files: company });
    const uri = await client.open(path, dockerfile.replace(/@sha256:\S+/, ''));
    assert.deepEqual(
      (await client.pull(uri)).map(({ code, severity }) => [code, severity]),
      [['base/digest', 1]],
    );
    const set = (rules: object) =>
      client.connection.sendNotification('workspace/didChangeConfiguration', { settings: { waybill: { rules } } });
    await set({ 'base/digest': 'hint', nonsense: 7 });
    assert.deepEqual(
      (await client.pull(uri)).map(({ code, severity }) => [code, severity]),
      [['base/digest', 4]],
    );
    await set({ 'base/*': 'off' });
    assert.deepEqual(await client.pull(uri), []);
  });

  it('counts for manifests as well', async () => {
    await using client = await startClient({ files: company });
    const uri = await client.open('services/order-api/waybill.yaml', manifest.replace('  staging:', '  stagging:'));
    assert.deepEqual(rules(await client.pull(uri)), ['environment/unknown']);
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { waybill: { rules: { 'environment/*': 'off' } } },
    });
    assert.deepEqual(rules(await client.pull(uri)), []);
  });

  it('never loosens what the standards demand', async () => {
    const files = { ...company, 'waybill.standards.yaml': `${standards}  base/digest: error\n` };
    await using client = await startClient({ files });
    const uri = await client.open(path, dockerfile.replace(/@sha256:\S+/, ''));
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { waybill: { rules: { 'base/digest': 'off' } } },
    });
    assert.deepEqual(rules(await client.pull(uri)), ['base/digest']);
  });
});

describe('language features through the protocol', () => {
  it('FROM completes from the catalogue: image, tag and digest in one edit, deprecated ones last and struck through', async () => {
    await using client = await startClient({ files: company });
    const uri = await client.open(path, 'FROM web\n');
    const list = await client.connection.sendRequest<CompletionList>('textDocument/completion', {
      textDocument: { uri },
      position: { line: 0, character: 8 },
    });
    const bases = list.items
      .toSorted((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1))
      .filter(({ label }) => /web/.test(label));
    assert.match(JSON.stringify(bases[0]?.textEdit), /registry\.example\.com\/base\/web:2\.4\.1-r3@sha256:[0-9a-f]{64}/);
    assert.deepEqual(bases.at(-1)?.tags, [1]);
  });

  it('hover and definition cross FROM into the standards', async () => {
    await using client = await startClient({ files: company });
    const uri = await client.open(path, dockerfile);
    const position = at(dockerfile, 'registry.example.com/base/web');
    const hover = await client.connection.sendRequest<Hover>('textDocument/hover', { textDocument: { uri }, position });
    const markdown = JSON.stringify(hover.contents);
    for (const word of ['web-2', 'keel-3', 'httpd', '2028-12-31', '10001']) assert.ok(markdown.includes(word), `${word} in ${markdown}`);
    const links = await client.connection.sendRequest<LocationLink[]>('textDocument/definition', { textDocument: { uri }, position });
    assert.equal(links[0]?.targetUri, client.uri('waybill.standards.yaml'));
  });

  it('a quick fix repairs one finding, fix-all all that are safe', async () => {
    await using client = await startClient({ files: company });
    const text = dockerfile.replace(/@sha256:\S+/, '');
    const uri = await client.open(path, text);
    const range = { start: at(text, 'registry'), end: at(text, 'registry') };
    const ask = (only?: readonly string[]) =>
      client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
        textDocument: { uri },
        range,
        context: { diagnostics: [], ...(only ? { only } : {}) },
      });
    const [fix] = await ask();
    assert.match(JSON.stringify(fix?.edit?.changes?.[uri]), /@sha256:[0-9a-f]{64}/);
    const [all] = await ask(['source.fixAll.waybill']);
    assert.equal(all?.kind, 'source.fixAll.waybill');
  });

  it('the model, the effective configuration and the build specification are answered', async () => {
    await using client = await startClient({ files: company });
    const model = await client.connection.sendRequest<WorkspaceModel>('waybill/model');
    assert.deepEqual(
      model.environments.map(({ name }) => name),
      ['dev', 'integration', 'staging', 'production'],
    );
    const effective = await client.connection.sendRequest<EffectiveAnswer>('waybill/effective', {
      service: 'parcel/order-api',
      environment: 'staging',
    });
    assert.equal(effective.service?.replicas, 2);
    assert.deepEqual(effective.service?.env, [{ name: 'STAGE', value: 'staging' }]);
    const build = await client.connection.sendRequest<BuildSpecAnswer>('waybill/buildSpec', { service: 'parcel/order-api' });
    assert.equal(build.spec?.base?.line, 'web-2');
    assert.equal(build.spec?.base?.os?.name, 'keel-3');
  });
});

describe('manifests through the protocol', () => {
  const service = 'services/order-api/waybill.yaml';

  it('a service is renamed wherever it is named', async () => {
    await using client = await startClient({
      files: { ...company, 'services/tracking/waybill.yaml': await sample('services/tracking/waybill.yaml') },
    });
    const uri = await client.open(service, manifest);
    const position = at(manifest, 'order-api');
    const edit = await client.connection.sendRequest<WorkspaceEdit>('textDocument/rename', {
      textDocument: { uri },
      position,
      newName: 'orders',
    });
    assert.deepEqual(Object.keys(edit.changes ?? {}).sort(), [uri, client.uri('services/tracking/waybill.yaml')].sort());
    await assert.rejects(
      client.connection.sendRequest('textDocument/rename', { textDocument: { uri }, position, newName: 'No Name' }),
      /No Name/,
    );
  });

  it('hints show what is written elsewhere, and a value moves into an override', async () => {
    await using client = await startClient({ files: company });
    const uri = await client.open(service, manifest);
    const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const hints = await client.connection.sendRequest<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri }, range });
    assert.match(JSON.stringify(hints), /2\.4\.1-r3/);
    const start = at(manifest, 'replicas: 2');
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: { start, end: start },
      context: { diagnostics: [], only: ['refactor'] },
    });
    assert.ok(
      actions.length > 0 && actions.every(({ kind }) => kind?.startsWith('refactor')),
      JSON.stringify(actions.map(({ title }) => title)),
    );
  });
});

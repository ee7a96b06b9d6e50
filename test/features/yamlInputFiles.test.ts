/** Files that are renamed or deleted while they are open, through the real server. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { copyDigest, lockText } from '../../server/src/core/standards/lock.ts';
import { workspaceHolder } from '../../server/src/lsp/workspaceHolder.ts';
import type { WorkspaceModel } from '../../server/src/protocol.ts';
import { startClient, type TestClient } from '../lsp/client.ts';

const manifest = (name: string) =>
  `apiVersion: waybill.dev/v1\nkind: Service\nmetadata: { name: ${name}, product: p }\nimage: { repository: registry.example.com/p/${name} }\nscale: { replicas: x }\n`;
const files = { 'a/waybill.yaml': manifest('a'), 'b/waybill.yaml': manifest('b') };

const services = async ({ connection }: TestClient) =>
  (await connection.sendRequest<WorkspaceModel>('waybill/model', {})).services.map(({ id }) => id).toSorted();
const close = ({ connection }: TestClient, uri: string) => connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
const onDisk = ({ connection }: TestClient, ...changes: { readonly uri: string; readonly type: number }[]) =>
  connection.sendNotification('workspace/didChangeWatchedFiles', { changes });

describe('a file that goes while it is open', () => {
  it('deleted: it is judged as long as the editor holds it, and is forgotten with it', async () => {
    await using client = await startClient({ files });
    const uri = await client.open('a/waybill.yaml', files['a/waybill.yaml']);
    await rm(fileURLToPath(uri));
    await onDisk(client, { uri, type: 3 });
    assert.deepEqual(
      (await client.pull(uri)).map(({ code }) => code),
      ['manifest/schema'],
    );
    assert.deepEqual(await services(client), ['p/a', 'p/b']);
    await close(client, uri);
    // The server looks at the disk first.
    while ((await client.pull(uri)).length > 0) await new Promise((done) => setTimeout(done, 10));
    assert.deepEqual(await services(client), ['p/b']);
  });

  it('closed and opened again while the disk is read: the editor has the last word', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'waybill-holder-'));
    const path = join(folder, 'waybill.yaml');
    await writeFile(path, 'kind: Service\n');
    const uri = pathToFileURL(path).href;
    const holder = workspaceHolder('2026-11-24');
    holder.edit(uri, 'service', 'kind: One\n');
    const released = holder.release(uri);
    holder.edit(uri, 'service', 'kind: Two\n');
    const changed = holder.refresh(uri, false);
    await Promise.all([released, changed]);
    assert.equal(holder.current().file(uri)?.text, 'kind: Two\n');
    await holder.release(uri);
    assert.equal(holder.current().file(uri)?.text, 'kind: Service\n');
    await rm(folder, { recursive: true });
  });

  it('a pinned copy that the editor did not tell of is there with its lock', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'waybill-holder-'));
    const uri = (path: string) => pathToFileURL(join(folder, path)).href;
    const holder = workspaceHolder('2026-11-24');
    await holder.load([uri('')]);
    const text = 'kind: Standards\nmetadata: { name: house }\n';
    const digest = copyDigest([{ path: 'waybill.standards.yaml', text }]);
    const copy = `.waybill/cache/extends/${digest.slice('sha256:'.length)}`;
    await mkdir(join(folder, copy), { recursive: true });
    await writeFile(join(folder, copy, 'waybill.standards.yaml'), text);
    await writeFile(join(folder, 'waybill.lock.yaml'), lockText({ images: [], extends: [{ ref: 'git:../house#main', digest }] }, '0'));
    await holder.refresh(uri('waybill.lock.yaml'), false);
    assert.equal(holder.current().file(uri(`${copy}/waybill.standards.yaml`))?.text, text);
    await rm(folder, { recursive: true });
  });

  it('renamed: it is the same service once, under its new name', async () => {
    await using client = await startClient({ files });
    const before = await client.open('a/waybill.yaml', files['a/waybill.yaml']);
    const [from, to] = [client.uri('a'), client.uri('c')];
    await rename(fileURLToPath(from), fileURLToPath(to));
    await onDisk(client, { uri: from, type: 3 }, { uri: client.uri('c/waybill.yaml'), type: 1 });
    await close(client, before);
    const after = await client.open('c/waybill.yaml', files['a/waybill.yaml']);
    assert.deepEqual(
      (await client.pull(after)).map(({ code }) => code),
      ['manifest/schema'],
    );
    assert.deepEqual(await services(client), ['p/a', 'p/b']);
  });

  it('its folder deleted: others that were not open are gone at once', async () => {
    await using client = await startClient({ files });
    const uri = await client.open('a/waybill.yaml', files['a/waybill.yaml']);
    await rm(fileURLToPath(client.uri('b')), { recursive: true });
    await onDisk(client, { uri: client.uri('b'), type: 3 });
    assert.deepEqual(await services(client), ['p/a']);
    assert.equal((await client.pull(uri)).length, 1);
  });
});

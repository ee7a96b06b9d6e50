/** The model behind the manifests, asked of the real server: pinned standards, effective values with origins, parity. */
import assert from 'node:assert/strict';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { EffectiveAnswer, LockAnswer, ParityAnswer } from '../../server/src/protocol.ts';
import { startClient } from './client.ts';

const sample = (path: string) => readFile(resolve(import.meta.dirname, '../sample', path), 'utf8');
const environments = (await sample('waybill.environments.yaml')).replace(/^( {2}- name: staging\n)/m, '$1    mirrors: production\n');
const company = {
  'waybill.standards.yaml': await sample('waybill.standards.yaml'),
  'waybill.environments.yaml': environments,
  'services/order-api/Dockerfile': await sample('services/order-api/Dockerfile'),
  'services/order-api/waybill.yaml': await sample('services/order-api/waybill.yaml'),
};
const ref = 'git:https://git.example.com/standards.git#v3:all/waybill.standards.yaml';
const child = `apiVersion: waybill.dev/v1\nkind: Standards\nmetadata: { name: team, version: "1" }\nextends: ["${ref}"]\n`;
const parent = 'apiVersion: waybill.dev/v1\nkind: Standards\nmetadata: { name: company, version: "1" }\nseverity: { run/sudo: error }\n';

describe('pinned standards through the protocol', () => {
  it('are missing, then written as the server says, and then count', async () => {
    await using client = await startClient({ files: { 'waybill.standards.yaml': child, Dockerfile: 'FROM scratch\nRUN sudo true\n' } });
    const uri = await client.open('waybill.standards.yaml', child, 'waybill-standards');
    const codes = async () => (await client.pull(uri)).map(({ code }) => code);
    assert.deepEqual(await codes(), ['standards/extends']);

    const fetched = [{ ref, commit: '0'.repeat(40), files: [{ path: 'waybill.standards.yaml', text: parent }] }];
    const parameters = { fetched, images: [], generator: '1.0.0' };
    const { folders } = await client.connection.sendRequest<LockAnswer>('waybill/lock', parameters);
    const [lock] = folders;
    assert.ok(lock?.text);
    assert.deepEqual(
      lock.extends.map(({ present }) => present),
      [true],
    );
    const files = [...lock.copies, { path: 'waybill.lock.yaml', text: lock.text }];
    for (const { path, text } of files) {
      const file = fileURLToPath(client.uri(path));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    }
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: files.map(({ path }) => ({ uri: client.uri(path), type: 1 })),
    });
    for (let tries = 0; (await codes()).length > 0 && tries < 200; tries++) await sleep(10);
    assert.deepEqual(await codes(), []);
    const dockerfile = await client.open('Dockerfile', 'FROM scratch\nRUN sudo true\n');
    const sudo = (await client.pull(dockerfile)).find(({ code }) => code === 'run/sudo');
    assert.equal(sudo?.severity, 1, 'as the copy says');
    const lockUri = await client.open('waybill.lock.yaml', lock.text, 'waybill-record');
    assert.deepEqual(await client.pull(lockUri), []);
    await client.change(lockUri, 2, lock.text.replace('#v3:', '#v2:'));
    assert.deepEqual(
      (await client.pull(lockUri)).map(({ code }) => code),
      ['lock/outdated', 'lock/outdated'],
    );
  });
});

describe('what counts where, through the protocol', () => {
  it('every value has its line, and mirrors are compared', async () => {
    await using client = await startClient({ files: company });
    const answer = await client.connection.sendRequest<EffectiveAnswer>('waybill/effective', {
      service: 'parcel/order-api',
      environment: 'staging',
    });
    const line = answer.text.split('\n').findIndex((text) => /^\s+replicas:/.test(text));
    const origin = answer.origins?.find((one) => one.line === line)?.from[0];
    assert.equal(origin?.location.uri, client.uri('services/order-api/waybill.yaml'));
    assert.match(origin?.message ?? '', /under `environments\.staging`/);
    const parity = await client.connection.sendRequest<ParityAnswer>('waybill/parity', { service: 'parcel/order-api' });
    assert.deepEqual(
      parity.services.map(({ mirror, model }) => `${mirror} ${model}`),
      ['staging production'],
    );
    assert.match(parity.text, /## parcel\/order-api: staging mirrors production/);
  });
});

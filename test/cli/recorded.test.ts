import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { coreDocuments } from '../../client/src/cli/documents.ts';
import { loadWorkspace } from '../../client/src/cli/loadWorkspace.ts';
import { canonicalJson } from '../../client/src/delivery/canonicalJson.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-recorded-'));
after(() => rmSync(folder, { recursive: true, force: true }));
cpSync(resolve(import.meta.dirname, '../sample'), folder, { recursive: true });
const signal = new AbortController().signal;
const documents = () => coreDocuments(loadWorkspace([{ folder, deep: true }], new Date('2026-11-24T00:00:00Z')));

describe('the configuration of a release', () => {
  it('is its recorded manifest with the present overrides of the environment', async () => {
    const before = await documents().effective('parcel/order-api', 'staging', signal);
    const manifest = join(folder, 'services/order-api/waybill.yaml');
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(
      manifest,
      text.replace('memory: 64Mi', 'memory: 128Mi').replace(/(staging:\n\s+scale: \{ replicas: )2/, (_, head: string) => `${head}5`),
    );
    const now = await documents().effective('parcel/order-api', 'staging', signal);
    const recorded = await documents().effective('parcel/order-api', 'staging', signal, before.manifest);
    assert.deepEqual([now.service?.resources.limits.memory, now.service?.replicas], ['128Mi', 5]);
    assert.deepEqual([recorded.service?.resources.limits.memory, recorded.service?.replicas], ['64Mi', 5]);
    assert.equal(canonicalJson(recorded.manifest), canonicalJson(before.manifest));
    assert.deepEqual(
      recorded.problems.filter(({ severity }) => severity === 'error'),
      [],
    );
  });
});

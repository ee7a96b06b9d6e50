import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { ejectFiles, previewFiles } from '../../client/src/delivery/eject.ts';
import { kustomizeOf, manifestsOf } from '../../client/src/kubernetes/manifests.ts';
import type { Ports } from '../../client/src/ports.ts';
import { image, intentOf, environment as kubernetes } from '../client/kubernetesSamples.ts';
import { environment, releaseRecord, world } from './world.ts';

const signal = new AbortController().signal;

describe('files of a service', () => {
  const secret = { name: 'DB', secret: { name: 'order-db', key: 'password' } };
  it('name the image by digest and the secrets that they need, and hold no value', () => {
    const [file] = manifestsOf(intentOf(kubernetes, image, { env: [secret] }));
    assert.equal(file?.path, 'order-api.yaml');
    assert.match(file?.text ?? '', /^# Needs the Secret order-db with the key password, which is in no file\.$/m);
    const documents = parseAllDocuments(file?.text ?? '').map((document) => document.toJS());
    assert.ok(documents.every(({ kind }) => kind !== 'Secret'));
    assert.ok(JSON.stringify(documents).includes(`${image.repository}@${image.digest}`));
  });
  it('share a base, and each environment says only what is different', () => {
    const prod = { ...kubernetes, name: 'prod', target: { ...kubernetes.target, namespace: 'shop-prod' } };
    const files = kustomizeOf([intentOf(kubernetes, image), intentOf(prod, image, { replicas: 3 })]);
    const paths = files.map(({ path }) => path);
    assert.deepEqual(paths.slice(0, 2), ['order-api/base/order-api.yaml', 'order-api/base/kustomization.yaml']);
    assert.ok(paths.includes('order-api/overlays/prod/own.yaml'), 'a disruption budget is only where there are several');
    const first = files.find(({ path }) => path === 'order-api/overlays/integration/kustomization.yaml');
    assert.ok(!first?.text.includes('patches'));
    assert.match(
      files.find(({ path }) => path === 'order-api/overlays/prod/kustomization.yaml')?.text ?? '',
      /path: \/spec\/replicas\n +value: 3/,
    );
  });
});

describe('ejecting', () => {
  const release = releaseRecord({});
  function made(): Ports {
    const { ports, saved } = world({ environments: [environment('dev', []), environment('it', [])] });
    saved.set(release.id, release);
    const generate = async ({ environment: where }: { readonly environment: { readonly name: string } }) => {
      if (where.name === 'it') throw new Error('its manifest is broken');
      return [{ path: 'x.yml', text: 'a' }];
    };
    return { ...ports, platforms: { of: (target) => ({ ...ports.platforms.of(target), generate }) } };
  }
  it('makes files of all services in all environments, and names what it could not', async () => {
    const { files, leftOut } = await ejectFiles(made(), {}, signal);
    assert.deepEqual(
      files.map(({ path }) => path),
      ['compose/dev/x.yml', 'README.md'],
    );
    assert.match(files[1]?.text ?? '', /docker compose -f compose/);
    assert.deepEqual(leftOut, ['order-api in it: its manifest is broken']);
  });
  it('says where a platform has no files, and that a release is needed', async () => {
    const { ports, saved } = world();
    const order = { service: 'order-api', environment: 'dev' };
    await assert.rejects(previewFiles(ports, order, signal), /no release of `order-api` yet/);
    saved.set(release.id, release);
    await assert.rejects(previewFiles(ports, order, signal), /has no files of its own to show/);
  });
});

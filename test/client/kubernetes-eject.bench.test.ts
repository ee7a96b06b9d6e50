// Ejected files on a real cluster: kubectl alone makes of them what a deployment makes.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { meaningful } from '../../client/src/kubernetes/noise.ts';
import { objectsOf } from '../../client/src/kubernetes/objects.ts';
import type { KubeObject } from '../../client/src/kubernetes/types.ts';
import type { GeneratedFile } from '../../client/src/ports.ts';
import type { ImageByDigest } from '../../server/src/protocol.ts';
import { type Bench, deploy, intentOf, sharedBench, soon } from './kubernetesBench.ts';

describe('ejected files', () => {
  let bench: Bench;
  let web: ImageByDigest;
  let folder: string;
  before(async () => {
    bench = await sharedBench();
    web = await bench.image('web');
    folder = await mkdtemp(join(tmpdir(), 'waybill-eject-'));
  });
  after(async () => {
    await bench?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const write = async (files: readonly GeneratedFile[]) => {
    for (const { path, text } of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  };
  const config = [{ target: '/etc/app.properties', content: 'a=1\nb: "2"\n' }];
  const change = { replicas: 2, config, env: [{ name: 'ODD', value: '$(X) "y": #' }] };

  it('applied by kubectl give the same objects, and they run', async () => {
    const environment = await bench.environment('eject-plain');
    const intent = intentOf(environment, web, change);
    const files = (await bench.platform.generate?.(intent)) ?? [];
    await write(files);
    await bench.cluster.kubectl('apply', '--server-side', '--field-manager=kubectl', '-f', join(folder, 'order-api.yaml'));
    await bench.cluster.kubectl('rollout', 'status', 'deploy/order-api', '-n', 'eject-plain', '--timeout=90s');
    const names = objectsOf(intent, 'eject-plain', { minor: 30 }).map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`);
    const read = async (): Promise<unknown[]> => {
      const list: { items: KubeObject[] } = JSON.parse(await bench.cluster.kubectl('get', ...names, '-n', 'eject-plain', '-o', 'json'));
      // Addresses are given anew to a Service that is created anew.
      return list.items.map((item) => JSON.parse(JSON.stringify(meaningful(item)).replace(/"clusterIPs?":("[^"]*"|\[[^\]]*\]),/g, '')));
    };
    const byKubectl = await read();
    assert.equal(byKubectl.length, names.length);
    await bench.cluster.kubectl('delete', ...names, '-n', 'eject-plain');
    const { result } = await deploy(bench.platform, intent, soon());
    assert.equal(result.outcome, 'Succeeded', result.message);
    assert.deepEqual(await read(), byKubectl);
  });

  it('as a Kustomize base with overlays build what each environment is given', async () => {
    const [one, two] = [await bench.environment('eject-one'), await bench.environment('eject-two')];
    const intents = [
      intentOf({ ...one, name: 'dev' }, web, { ...change, environment: 'dev' }),
      intentOf({ ...two, name: 'prod' }, web, {
        replicas: 1,
        env: [],
        config: [{ target: '/etc/x', content: 'other' }],
        environment: 'prod',
      }),
    ];
    await write((await bench.platform.generateOverlays?.(intents)) ?? []);
    for (const intent of intents) {
      const namespace = intent.environment.name === 'dev' ? 'eject-one' : 'eject-two';
      const text = await bench.cluster.kubectl('kustomize', join(folder, `order-api/overlays/${intent.environment.name}`));
      const built = parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
      const wanted = objectsOf(intent, namespace, { minor: 30 });
      const order = (list: readonly KubeObject[]) =>
        [...list].sort((a, b) => `${a.kind}${a.metadata.name}`.localeCompare(`${b.kind}${b.metadata.name}`));
      assert.deepEqual(order(built), JSON.parse(JSON.stringify(order(wanted))));
    }
  });
});

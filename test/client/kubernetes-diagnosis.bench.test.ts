import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { kubernetesPlatform } from '../../client/src/kubernetes/index.ts';
import type { DeployIntent } from '../../client/src/ports.ts';
import type { ImageByDigest } from '../../server/src/protocol.ts';
import { pushImage } from '../bench/images.ts';
import { account, bench as parts } from '../bench/shared.ts';
import { type Bench, fastClock, intentOf, quick, sharedBench, soon } from './kubernetesBench.ts';
import { failing as failingOn, meanwhile as meanwhileOn } from './kubernetesDiagnosis.ts';
import { uid } from './kubernetesSamples.ts';

// The rows of the diagnosis table that need a node and that `kubernetes-failures` does not have.
describe('why a release is not healthy, on a node', { concurrency: 9 }, () => {
  let bench: Bench;
  let web: ImageByDigest;
  before(async () => {
    bench = await sharedBench();
    web = await bench.image('web');
  });
  after(() => bench?.[Symbol.asyncDispose]());

  const failing = (intent: DeployIntent, at: Readonly<Partial<Record<string, () => void>>> = {}) => failingOn(bench.platform, intent, at);
  const meanwhile = (...args: readonly string[]): void => meanwhileOn(bench.cluster, args);

  it('the node may not pull: the registry asks for an account', async () => {
    const { host } = await parts().registryWithAccount();
    const repository = `${host}/test/diagnosis-private`;
    const digest = await pushImage(`${repository}:1`, { command: ['sleep', '1000'], user: String(uid) }, account);
    const found = await failing(intentOf(await bench.environment('diag-private'), { repository, digest }, { repository }));
    assert.equal(found.kind, 'image-unauthorized');
    assert.equal(found.manifestPath, 'image.repository');
    assert.match(found.advice, /pull secret/);
  });

  it('the image was built for another platform', async () => {
    const repository = `${bench.registry.host}/test/diagnosis-s390x`;
    const digest = await onlyFor('s390x', bench.registry.host, 'test/diagnosis-s390x');
    const found = await failing(
      intentOf(await bench.environment('diag-platform'), { repository, digest }, { repository, rollout: quick(10) }),
    );
    assert.match(found.summary, /not built for the platform/);
    assert.equal(found.manifestPath, 'build.platforms');
  });

  it('nobody answers at the address of the registry', async () => {
    const repository = '127.0.0.1:9/test/nowhere';
    const found = await failing(
      intentOf(
        await bench.environment('diag-nowhere'),
        { repository, digest: `sha256:${'1'.repeat(64)}` },
        { repository, rollout: quick(6) },
      ),
    );
    assert.match(found.summary, /does not reach the registry/);
    assert.equal(found.manifestPath, 'image.repository');
  });

  it('the name of the image is none', async () => {
    const repository = 'Registry.example.com/UPPER';
    const found = await failing(
      intentOf(await bench.environment('diag-name'), { repository, digest: `sha256:${'1'.repeat(64)}` }, { repository }),
    );
    assert.match(found.summary, /name that no registry could have/);
    assert.equal(found.manifestPath, 'image.repository');
  });

  it('a key of a Secret is gone after the plan', async () => {
    const environment = await bench.environment('diag-key');
    await bench.cluster.kubectl('create', 'secret', 'generic', 'order-db', '-n', 'diag-key', '--from-literal=password=x');
    const env = [{ name: 'DB_PASSWORD', secret: { name: 'order-db', key: 'password' } }];
    const gone = () =>
      meanwhile('patch', 'secret', 'order-db', '-n', 'diag-key', '--type=json', '-p', '[{"op":"remove","path":"/data/password"}]');
    const found = await failing(intentOf(environment, web, { env, rollout: quick(60) }), { 'apply ServiceAccount': gone });
    assert.equal(found.kind, 'config-error');
    assert.match(found.summary, /password/);
    assert.equal(found.manifestPath, 'env.DB_PASSWORD');
  });

  it('the host does not have the JDK that its label promises', async () => {
    const jdk = { version: '99-diag', mode: 'hostMount', mountPath: '/opt/jdk' } as const;
    const environment = await bench.environment('diag-jdk');
    await bench.cluster.kubectl('label', 'node', '--all', 'waybill.dev/jdk-99-diag=true', '--overwrite');
    try {
      const found = await failing(intentOf(environment, web, { jdk, rollout: quick(10) }));
      assert.equal(found.kind, 'start-error');
      assert.match(found.advice, /no directory \/usr\/java\/jdk-99-diag/);
      assert.equal(found.manifestPath, 'jdk');
    } finally {
      await bench.cluster.kubectl('label', 'node', '--all', 'waybill.dev/jdk-99-diag-');
    }
  });

  it('the namespace begins to enforce pod security after the plan', async () => {
    const environment = await bench.environment('diag-psa');
    const enforce = () => meanwhile('label', 'namespace', 'diag-psa', 'pod-security.kubernetes.io/enforce=baseline', '--overwrite');
    const intent = intentOf(environment, web, { network: 'host', ports: [{ name: 'http', port: 28_081, auto: false }] });
    const found = await failing(intent, { 'apply ServiceAccount': enforce });
    assert.equal(found.kind, 'admission');
    assert.match(found.summary, /pod security `baseline.*host namespaces/);
    assert.equal(found.manifestPath, 'network.mode');
  });

  it('an init container that somebody has added fails, and is named', async () => {
    const environment = await bench.environment('diag-init');
    const { resources, securityContext } = {
      resources: { limits: { memory: '32Mi' } },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    };
    const init = {
      name: 'wait-for-db',
      image: `${web.repository}@${web.digest}`,
      command: ['sh', '-c', 'echo no database; exit 9'],
      resources,
      securityContext,
    };
    const inject = () =>
      meanwhile(
        'patch',
        'deployment',
        'order-api',
        '-n',
        'diag-init',
        '-p',
        JSON.stringify({ spec: { template: { spec: { initContainers: [init] } } } }),
      );
    const found = await failing(intentOf(environment, web, { rollout: { ...quick(90), minReady: 60 } }), { rollout: inject });
    assert.equal(found.kind, 'crash-loop');
    assert.match(found.summary, /init container `wait-for-db`.*exit code 9/);
    assert.ok(found.log.includes('no database'));
  });

  it('an instance of before does not end', async () => {
    const environment = await bench.environment('diag-stuck');
    const service = { rollout: { ...quick(8), strategy: 'recreate' }, lifecycle: { stopGracePeriod: 100, preStopSleep: 0 } } as const;
    const repository = `${bench.registry.host}/test/diagnosis-stubborn`;
    const command = ['sh', '-c', "trap '' TERM; while true; do sleep 1; done"];
    const digest = await pushImage(`${repository}:1`, { command, user: String(uid) });
    const first = await bench.platform.plan(intentOf(environment, { repository, digest }, service), soon());
    assert.equal((await bench.platform.apply(first, () => undefined, soon())).outcome, 'Succeeded');
    // The cluster says nothing of it: that is found out a minute after the deadline.
    const impatient = kubernetesPlatform({ clock: fastClock(4), kubeconfigPaths: [bench.cluster.kubeconfig] });
    const found = await failingOn(impatient, intentOf(environment, web, service)).finally(() => impatient.close());
    assert.match(found.summary, /is to end and does not/);
    assert.equal(found.manifestPath, 'lifecycle.stopGracePeriod');
    await bench.cluster.kubectl('delete', 'pods', '--all', '-n', 'diag-stuck', '--grace-period=0', '--force');
  });
});

/** An image index that holds an image for one architecture alone. Answers its digest. */
async function onlyFor(architecture: string, host: string, name: string): Promise<string> {
  const digest = await pushImage(`${host}/${name}:one`, { command: ['sleep', '1000'], user: String(uid), architecture });
  const image = await fetch(`http://${host}/v2/${name}/manifests/${digest}`, {
    headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
  });
  const mediaType = 'application/vnd.docker.distribution.manifest.list.v2+json';
  const manifest = {
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    size: (await image.arrayBuffer()).byteLength,
    digest,
    platform: { architecture, os: 'linux' },
  };
  const answer = await fetch(`http://${host}/v2/${name}/manifests/1`, {
    method: 'PUT',
    headers: { 'content-type': mediaType },
    body: JSON.stringify({ schemaVersion: 2, mediaType, manifests: [manifest] }),
  });
  assert.equal(answer.status, 201);
  return answer.headers.get('docker-content-digest') ?? '';
}

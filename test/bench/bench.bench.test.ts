import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { command } from './component.ts';
import { engineRequest, type Generation, startEngine } from './engine.ts';
import { startEtcd } from './etcd.ts';
import { pushImage } from './images.ts';
import { startTime } from './resources.ts';
import { account, bench, unavailable } from './shared.ts';
import { startSshd } from './sshd.ts';

const generations: readonly Generation[] = ['20.10', '29'];
const web = { command: ['/bin/httpd', '-f', '-p', '8080', '-h', '/srv'], exposedPorts: [8080], files: { '/srv/index.html': 'hello' } };

/** Repeats a question until it has the wanted answer: a container or a rule of the packet filter is there a moment after it was asked for. */
async function eventually(wanted: string, ask: () => Promise<string>): Promise<void> {
  let answer = '';
  for (let round = 0; round < 100 && answer !== wanted; round += 1) {
    answer = await ask().catch((error: Error) => error.message);
    if (answer !== wanted) await sleep(100);
  }
  assert.equal(answer, wanted);
}

const body = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).text();

describe('Docker Engine', { skip: unavailable('engine') }, () => {
  for (const generation of generations) {
    it(`${generation} answers on its socket and over TLS, and refuses a client without a certificate`, async () => {
      const { socket, tcp } = await bench().engine(generation);
      const version = JSON.parse(await engineRequest(socket, '/version')) as { Version: string };
      assert.ok(version.Version.startsWith(generation), version.Version);
      const address = { host: tcp.host, port: tcp.port, ca: readFileSync(tcp.ca) };
      assert.equal(await engineRequest({ ...address, cert: readFileSync(tcp.cert), key: readFileSync(tcp.key) }, '/_ping'), 'OK');
      await assert.rejects(engineRequest(address, '/_ping'), /certificate/);
    });

    it(`${generation} runs an image of the local registry, publishes its port and resolves names in a network`, async () => {
      const engine = await bench().engine(generation);
      const reference = `${(await bench().registry()).host}/bench/web-${generation}:1`;
      const digest = await pushImage(reference, web);
      const pinned = `${reference.replace(/:1$/, '')}@${digest}`;
      try {
        await engine.docker('network', 'create', 'proof');
        await engine.docker('run', '-d', '--name', 'proof', '--network', 'proof', '--restart', 'always', '-p', '127.0.0.1:0:8080', pinned);
        const address = (await engine.docker('port', 'proof', '8080/tcp')).trim();
        await eventually('hello', () => body(`http://${address}/`));
        assert.equal(await engine.docker('run', '--rm', '--network', 'proof', pinned, 'wget', '-q', '-O-', 'http://proof:8080/'), 'hello');
      } finally {
        await engine.docker('rm', '-f', 'proof');
        await engine.docker('network', 'rm', 'proof');
      }
    });
  }

  it('comes back on its address after it was killed, with its images', async () => {
    await using engine = await startEngine();
    const reference = `${(await bench().registry()).host}/bench/killed:1`;
    await pushImage(reference, web);
    await engine.docker('pull', '-q', reference);
    const before = engine.pid();
    await engine.kill9();
    await assert.rejects(engineRequest(engine.socket, '/_ping'));
    await engine.restart();
    assert.notEqual(engine.pid(), before);
    assert.match(await engine.docker('images', '-q', reference), /\w/);
  });

  it('is reached over ssh', { skip: unavailable('sshd') }, async () => {
    const { socket } = await bench().engine('20.10');
    await using server = await startSshd({ dockerSocket: socket });
    const dial = ['-F', server.config, 'bench', 'docker', 'version', '--format', '{{.Server.Version}}'];
    assert.match(await command('ssh', dial), /^20\.10/);
  });
});

describe('Registry', { skip: unavailable('registry') }, () => {
  it('answers anybody, or only who has the password', async () => {
    const open = await bench().registry();
    const closed = await bench().registryWithAccount();
    const status = async (url: string, password?: string) => {
      const headers = password === undefined ? {} : { authorization: `Basic ${btoa(`${account.user}:${password}`)}` };
      return (await fetch(`${url}/v2/`, { headers })).status;
    };
    assert.equal(await status(open.url), 200);
    assert.equal(await status(closed.url), 401);
    assert.equal(await status(closed.url, 'wrong'), 401);
    assert.equal(await status(closed.url, account.password), 200);
    assert.match(await pushImage(`${closed.host}/bench/secret:1`, web, account), /^sha256:/);
  });
});

describe('etcd', { skip: unavailable('etcd') }, () => {
  it('keeps a value', async () => {
    await using etcd = await startEtcd();
    const post = (path: string, value: object) => fetch(`${etcd.url}/v3/kv/${path}`, { method: 'POST', body: JSON.stringify(value) });
    await post('put', { key: btoa('k'), value: btoa('v') });
    const answer = (await (await post('range', { key: btoa('k') })).json()) as { kvs: { value: string }[] };
    assert.equal(atob(answer.kvs[0]?.value ?? ''), 'v');
  });
});

describe('Kubernetes', { skip: unavailable('kubernetes') }, () => {
  it('runs a pod from the local registry and serves it on a node port', async () => {
    const cluster = await bench().kubernetes();
    const image = `${(await bench().registry()).host}/bench/pod:1`;
    await pushImage(image, web);
    const labels = { app: 'proof' };
    const namespace = 'bench-proof';
    const metadata = { name: 'proof', namespace };
    const container = { name: 'web', image, readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } };
    const template = { metadata: { labels }, spec: { containers: [container], terminationGracePeriodSeconds: 0 } };
    const items = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector: { matchLabels: labels }, template } },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { type: 'NodePort', selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
      },
    ];
    try {
      await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
      await cluster.kubectl('-n', namespace, 'rollout', 'status', 'deployment/proof', '--timeout=60s');
      const get = (what: string, path: string) => cluster.kubectl('-n', namespace, 'get', what, '-o', `jsonpath={${path}}`);
      assert.equal(await get('pods', '.items[*].status.phase'), 'Running');
      const node = await cluster.kubectl('get', 'node', 'node-1', '-o', 'jsonpath={.status.addresses[0].address}');
      const port = await get('service/proof', '.spec.ports[0].nodePort');
      await eventually('hello', () => body(`http://${node}:${port}/`));
      assert.match(await cluster.kubectl('-n', namespace, 'exec', 'deployment/proof', '--', 'id', '-u'), /^0/);
    } finally {
      await cluster.kubectl('delete', 'namespace', namespace, '--wait=false');
    }
  });

  it('has a second cluster without nodes and with another identity', async () => {
    const [cluster, other] = [await bench().kubernetes(), await bench().otherKubernetes()];
    assert.equal(await other.kubectl('get', 'nodes', '-o', 'name'), '');
    const identity = (from: typeof cluster) => from.kubectl('get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.uid}');
    assert.notEqual(await identity(cluster), await identity(other));
    await assert.rejects(
      command(other.kube, ['kubectl', '--kubeconfig', cluster.kubeconfig, '--server', other.server, 'get', 'ns']),
      /certificate/,
    );
  });

  it('denies a restricted user what its role leaves out', async () => {
    const cluster = await bench().otherKubernetes();
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }];
    const kubeconfig = await cluster.restrictedUser({ name: 'reader', namespace: 'bench-reader', rules });
    const kubectl = (...args: string[]) => command(cluster.kube, ['kubectl', '--kubeconfig', kubeconfig, ...args]);
    assert.match(await kubectl('get', 'configmaps', '-o', 'name'), /kube-root-ca/);
    await assert.rejects(kubectl('create', 'configmap', 'x'), /forbidden/);
  });
});

describe('Leftovers', { skip: unavailable('engine') }, () => {
  for (const ending of ['normal', 'exception', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const) {
    it(`nothing is left after a run with containers ends: ${ending}`, async () => {
      const { registry, root } = await runToItsEnd(ending);
      const folders = readFileSync(registry, 'utf8').trim().split('\n');
      for (let round = 0; round < 200 && leftovers(folders).length > 0; round += 1) await sleep(50);
      assert.deepEqual(leftovers(folders), []);
      assert.ok(folders.length >= 2 && folders.every((folder) => folder.startsWith(root)));
    });
  }
});

/** Starts an engine with a container and a registry in a process of its own, which then ends as asked. */
async function runToItsEnd(ending: string): Promise<{ registry: string; root: string }> {
  const root = await command('mktemp', ['-d', '/tmp/wbl-XXXXXX']).then((out) => out.trim());
  const script = fileURLToPath(new URL('victim.ts', import.meta.url));
  const registry = join(root, 'folders');
  const env = { ...process.env, TMPDIR: root, NODE_TEST_CONTEXT: undefined, WAYBILL_BENCH: undefined };
  const child = spawn(process.execPath, [script, ending, registry], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  await new Promise((resolve) => child.on('close', resolve));
  assert.ok(existsSync(registry), `the run did not come to its end: ${said}`);
  return { registry, root };
}

/** Everything on the machine that names one of the folders: processes, mounts, control groups, and the folders themselves. */
function leftovers(folders: readonly string[]): string[] {
  const names = folders.map((folder) => folder.slice(folder.lastIndexOf('/') + 1));
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .filter((line) => folders.some((folder) => line.includes(folder)));
  const processes = readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && startTime(Number(pid)) !== undefined)
    .filter((pid) => existsSync(`/proc/${pid}/cmdline`))
    .map((pid) => `${pid} ${safeRead(`/proc/${pid}/cmdline`)}`)
    .filter((line) => folders.some((folder) => line.includes(`${folder}/`)));
  const groups = readdirSync('/sys/fs/cgroup').flatMap((part) =>
    names.map((name) => `/sys/fs/cgroup/${part}/${name}`).filter((path) => existsSync(path)),
  );
  return [...mounts, ...processes, ...groups, ...folders.filter((path) => existsSync(path))];
}

function safeRead(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubernetesPlatform } from '../../client/src/kubernetes/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { DeployEvent, DeploymentRecord, DeployResult, Platform } from '../../client/src/ports.ts';
import type { EnvironmentSummary } from '../../server/src/protocol.ts';
import { environmentOf, soon } from './kubernetesBench.ts';
import { meanwhile } from './kubernetesDiagnosis.ts';
import { adminToken, type Breakable, expireLock, startBreakable } from './kubernetesFaults.ts';
import { image, intentOf, quick } from './kubernetesSamples.ts';

interface Config {
  readonly clusters: readonly unknown[];
  readonly contexts: readonly { name: string; context: { user: string } }[];
  users: { name: string; user: object }[];
}

describe('credentials and rights that change while one deploys', { concurrency: 1 }, () => {
  let bench: Breakable;
  before(async () => {
    bench = await startBreakable();
  });
  after(() => bench?.[Symbol.asyncDispose]());

  const intentIn = (environment: EnvironmentSummary, value = 'one') =>
    intentOf(environment, image, { env: [{ name: 'GREETING', value }], rollout: quick(60) });
  const platformOf = (kubeconfig: string, more: object = {}): Platform =>
    kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [kubeconfig], ...more });
  async function deployed(
    platform: Platform,
    environment: EnvironmentSummary,
    report: (event: DeployEvent) => void = () => undefined,
  ): Promise<DeployResult> {
    const plan = await platform.plan(intentIn(environment), soon());
    assert.deepEqual(plan.refusals, []);
    return platform.apply(plan, report, soon(180));
  }
  const records = (environment: EnvironmentSummary, namespace: string): Promise<readonly DeploymentRecord[]> => {
    const platform = platformOf(bench.cluster.kubeconfig);
    const target = { ...environment.target, context: 'bench', namespace } as EnvironmentSummary['target'];
    return platform.history({ ...environment, target }, 'order-api', soon()).finally(platform.close);
  };
  /** The administrator's kubeconfig with another user entry. */
  function writeUser(name: string, user: object): string {
    const config = JSON.parse(readFileSync(bench.cluster.kubeconfig, 'utf8')) as Config;
    const path = join(bench.cluster.folder, `${name}.conf`);
    const [entry] = config.users;
    config.users = [{ name: entry?.name ?? '', user }];
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
    return path;
  }
  async function namespace(name: string): Promise<EnvironmentSummary> {
    await bench.cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
    return environmentOf(bench.cluster, name);
  }
  /** A token of an administrator that dies with its Secret, as expired ones do. */
  async function mortalToken(name: string): Promise<{ readonly token: string; die(): void }> {
    const { cluster } = bench;
    await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'default' } }));
    await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default' } }));
    await cluster
      .kubectl('create', 'clusterrolebinding', name, '--clusterrole=cluster-admin', `--serviceaccount=default:${name}`)
      .catch(() => undefined);
    const bound = ['--bound-object-kind', 'Secret', '--bound-object-name', name];
    const token = (await cluster.kubectl('create', 'token', name, '-n', 'default', ...bound)).trim();
    return { token, die: () => meanwhile(cluster, ['delete', 'secret', name, '-n', 'default']) };
  }

  it('goes on with the token that the kubeconfig has meanwhile, when the first one expires in the rollout', async () => {
    const environment = await namespace('expiring');
    bench.held.add('expiring');
    const first = await mortalToken('first');
    const path = writeUser('expiring', { token: first.token });
    const platform = platformOf(path);
    const seen: string[] = [];
    let renewal: Promise<void> | undefined;
    const result = await deployed(platform, environment, (event) => {
      seen.push(event.message);
      if (event.type === 'phase' && event.phase === 'rollout' && !renewal) {
        first.die();
        // The server keeps what it knows of a token for ten seconds; the watches are cut so that they have to show it again.
        renewal = (async () => {
          await sleep(11_000);
          meanwhile(bench.cluster, ['get', '--raw', '/readyz']);
          await bench.cluster.killApiServer();
          await bench.cluster.restartApiServer();
          await sleep(8000);
          writeUser('expiring', { token: (await mortalToken('second')).token });
          bench.held.delete('expiring');
        })();
      }
    });
    await renewal;
    platform.close();
    assert.equal(result.outcome, 'Succeeded', `${result.message}\n${seen.join('\n')}`);
    assert.deepEqual(
      (await records(environment, 'expiring')).map((record) => record.result),
      ['Succeeded'],
    );
  });

  it('asks a program again whose token is not accepted any more', async () => {
    const environment = await namespace('program');
    const first = await mortalToken('third');
    const token = join(bench.cluster.folder, 'token');
    const program = join(bench.cluster.folder, 'login');
    writeFileSync(token, first.token);
    const answer = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}';
    writeFileSync(program, `#!/bin/sh\ntest -n "$KUBERNETES_EXEC_INFO" || exit 3\nprintf '${answer}' "$(cat ${token})"\n`);
    chmodSync(program, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: program, interactiveMode: 'Never' };
    const platform = platformOf(writeUser('program', { exec }), { allowExec: true });
    assert.equal((await deployed(platform, environment)).outcome, 'Succeeded');
    first.die();
    await sleep(11_000);
    writeFileSync(token, adminToken(bench.cluster));
    const second = await deployed(platform, environment);
    assert.equal(second.outcome, 'Succeeded', second.message);
    platform.close();
  });

  it('ends a program that hangs, and says which', async () => {
    const environment = await namespace('hanging');
    const program = join(bench.cluster.folder, 'hang');
    writeFileSync(program, `#!/bin/sh\nsleep 60 &\necho $! > ${program}.pid\nwait\n`);
    chmodSync(program, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: program, interactiveMode: 'Never' };
    const platform = platformOf(writeUser('hanging', { exec }), { allowExec: true, loginTime: 1500 });
    const begun = Date.now();
    await assert.rejects(
      platform.plan(intentIn(environment), soon()),
      /`.*\/hang`, which logs in for context `bench`, did not answer within 1\.5 s and was ended\./,
    );
    assert.ok(Date.now() - begun < 30_000, 'it does not wait for the program, which takes a minute');
    const started = Number(readFileSync(`${program}.pid`, 'utf8'));
    for (let tries = 0; isRunning(started) && tries < 100; tries++) await sleep(100);
    assert.equal(isRunning(started), false, 'what it had started is ended too');
    const impatient = new AbortController();
    setTimeout(() => impatient.abort(), 300);
    const stopped = Date.now();
    await assert.rejects(platform.plan(intentIn(environment), impatient.signal));
    assert.ok(Date.now() - stopped < 30_000, 'an abort does not wait for the program');
    platform.close();
  });

  it('records how far it came when a right is withdrawn while it applies, and goes on once it is given back', async () => {
    const rules = [
      { apiGroups: ['', 'apps', 'policy'], resources: ['configmaps', 'services', 'serviceaccounts', 'poddisruptionbudgets'], verbs: ['*'] },
      { apiGroups: ['', 'apps'], resources: ['pods', 'deployments', 'replicasets', 'events', 'pods/log', 'resourcequotas'], verbs: ['*'] },
    ];
    const clusterRules = [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get'] }];
    const kubeconfig = await bench.cluster.restrictedUser({ name: 'withdrawn', namespace: 'withdrawn', rules, clusterRules });
    const environment = await environmentOf({ ...bench.cluster, kubeconfig, context: 'withdrawn' }, 'withdrawn');
    const platform = platformOf(kubeconfig);
    const role = (given: readonly object[]): string =>
      JSON.stringify({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'withdrawn', namespace: 'withdrawn' },
        rules: given,
      });
    let withdrawn = false;
    const withdraw = (left: readonly object[]) => (event: DeployEvent) => {
      if (withdrawn || event.message !== 'Service order-api') return;
      withdrawn = true;
      meanwhile(bench.cluster, ['apply', '-f', '-'], role(left));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    };
    const result = await deployed(platform, environment, withdraw(rules.slice(0, 1)));
    assert.equal(result.outcome, 'Errored');
    assert.match(result.message, /Ask for a Role that allows `patch` on `deployments\.apps`\. Applied so far: .*Service order-api\./);
    assert.deepEqual(
      (await records(environment, 'withdrawn')).map((record) => record.result),
      ['Errored'],
    );
    // Now everything: not even the outcome can be written.
    meanwhile(bench.cluster, ['apply', '-f', '-'], role(rules));
    await sleep(1000);
    withdrawn = false;
    const mute = await deployed(platform, environment, withdraw([]));
    assert.equal(mute.outcome, 'Errored');
    assert.match(mute.message, /The outcome could not be recorded/);
    assert.equal((await records(environment, 'withdrawn'))[0]?.result, 'Pending');
    meanwhile(bench.cluster, ['apply', '-f', '-'], role(rules));
    await expireLock(bench.cluster, 'withdrawn');
    const last = await deployed(platform, environment);
    assert.equal(last.outcome, 'Succeeded', last.message);
    assert.deepEqual(
      (await records(environment, 'withdrawn')).map((record) => record.result),
      ['Succeeded', 'Errored', 'Errored'],
    );
    platform.close();
  });
});

/** Whether a process runs; one that has ended and that nobody asked for its result does not. */
function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[2] !== 'Z';
  } catch {
    return false;
  }
}

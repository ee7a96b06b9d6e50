import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { detailsText } from '../../client/src/commands/text/details.ts';
import { kubernetesPlatform } from '../../client/src/kubernetes/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import { soon } from './kubernetesBench.ts';
import { type Sight, sight } from './kubernetesSee.ts';

const crash = { command: ['sh', '-c', 'echo no database; exit 3'], user: '10001' };
const web = { command: ['httpd', '-f', '-p', '8080', '-h', '/www'], user: '10001', files: { '/www/index.html': 'fine\n' } };

describe('details of what runs in Kubernetes', () => {
  let see: Sight;
  before(async () => {
    see = await sight(`details-${process.pid}`);
    const container = {
      ports: [{ name: 'http', containerPort: 8080 }],
      readinessProbe: { httpGet: { port: 8080, path: '/' }, periodSeconds: 1 },
      resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
    };
    await see.deployment('order-api', await see.image('web', web), { container });
    const failing = see.deployment('broken', await see.image('crash', crash)).catch(() => undefined);
    for (let i = 0; i < 60 && !/CrashLoop/.test(await see.cluster.kubectl('get', 'pods', '-n', see.namespace)); i++)
      await new Promise((done) => setTimeout(done, 500));
    await see.cluster.kubectl('delete', 'deployment', 'nothing', '-n', see.namespace, '--ignore-not-found');
    void failing;
  });
  after(() => see?.[Symbol.asyncDispose]());

  const text = async (service: string, instance?: string): Promise<string> => {
    const found = await see.platform.details?.(see.environment, service, instance, soon());
    assert.ok(found);
    return detailsText(found);
  };

  it('tell of a workload: state, conditions, instances, container, events in order', async () => {
    const shown = await text('order-api');
    assert.match(shown, /^order-api\n\nDeployment\n {2}1 of 1 ready, 1 of the newest template, 1 available\n/);
    assert.match(shown, /Conditions\n(?: {2}.*\n)*? {2}Available: True \(MinimumReplicasAvailable\), since \d+ s ago/);
    assert.match(shown, /Instances\n {2}order-api-\S+ · Running · 1\/1 ready · node-1 · created \d+ s ago\n/);
    assert.match(
      shown,
      /readiness HTTP \/ on 8080, every 1 s, time-out 1 s, 3 failures\n {2}cpu: asks for 10m, at most anything\n {2}memory: asks for 16Mi, at most 64Mi/,
    );
    const events = shown.slice(shown.indexOf('\nEvents\n'));
    assert.ok(events.indexOf('SuccessfulCreate') < events.indexOf('Started'), events);
    assert.match(shown, /Usage\n {2}not known: the cluster serves no metrics\.k8s\.io/);
  });

  it('tell of an instance that crashes: its runs, exit code, back-off', async () => {
    const name = (
      await see.cluster.kubectl('get', 'pods', '-n', see.namespace, '-l', 'app.kubernetes.io/name=broken', '-o', 'name')
    ).trim();
    const shown = await text('broken', name.replace('pod/', ''));
    assert.match(shown, /Container broken\n {2}image \S+\n {2}runs \S+@sha256:/);
    assert.match(shown, /restarted \d+ ×; before: ended .*: Error, exit code 3/);
    assert.match(shown, /no probes: it counts as ready as soon as it runs/);
    assert.match(shown, /! .*BackOff/);
  });

  it('say what may not be done, with the right to ask for', async () => {
    assert.deepEqual(await see.platform.denials?.(see.environment, soon()), {});
    const kubeconfig = await see.cluster.restrictedUser({
      name: 'looker',
      namespace: see.namespace,
      rules: [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list', 'watch'] }],
    });
    const platform = kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [kubeconfig] });
    const { target } = see.environment;
    assert.ok('namespace' in target);
    const denials = await platform.denials?.({ ...see.environment, target: { ...target, context: 'looker' } }, soon());
    assert.deepEqual(Object.keys(denials ?? {}), ['exec', 'forward', 'deploy']);
    assert.match(denials?.exec ?? '', /You may not open a shell: get pods\/exec is not allowed/);
    platform.close();
  });
});

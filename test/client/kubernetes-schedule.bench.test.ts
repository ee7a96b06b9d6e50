// Schedules of the number of instances, on a real cluster: the CronJobs are accepted, what they run scales, a deployment in their time
// leaves it so, and they go when the manifest has none any more.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { kubernetesTarget } from '../../client/src/kubernetes/identity.ts';
import type { DeployIntent } from '../../client/src/ports.ts';
import type { EffectiveService, EnvironmentSummary, ImageByDigest, ScaleSchedule } from '../../server/src/protocol.ts';
import { pushImage } from '../bench/images.ts';
import { type Bench, deploy, intentOf, sharedBench, soon } from './kubernetesBench.ts';

const namespace = 'by-the-clock';
/** From now on all the day long: begun at midnight, and ended a minute before the next one. */
const allDay: ScaleSchedule = { cron: '0 0 * * *', timezone: 'UTC', min: 2 };

describe('a service with a schedule', () => {
  let bench: Bench;
  let web: ImageByDigest;
  let environment: EnvironmentSummary;
  before(async () => {
    bench = await sharedBench();
    web = await bench.image('web');
    const repository = `${bench.registry.host}/test/kubectl`;
    // The program itself is that of the bench, which the node mounts: see below.
    const script = '#!/bin/sh\nexec /bench/kube kubectl "$@"\n';
    const digest = await pushImage(`${repository}:1`, { user: '65532', files: { '/bin/kubectl': script } });
    const made = await bench.environment(namespace);
    environment = { ...made, target: { ...kubernetesTarget(made), kubectlImage: { repository, digest } } };
  });
  after(() => bench?.[Symbol.asyncDispose]());

  const kubectl = (...args: string[]) => bench.cluster.kubectl('-n', namespace, ...args);
  const intent = (change: Partial<EffectiveService>, more: Partial<DeployIntent> = {}) => intentOf(environment, web, change, more);
  const replicas = () => kubectl('get', 'deployment/order-api', '-o', 'jsonpath={.spec.replicas}');

  /** A Job of the CronJob as `kubectl create job --from` makes it; on this bench the API server listens on the node's loopback alone. */
  async function trigger(name: string): Promise<void> {
    const job = JSON.parse(await kubectl('create', 'job', `run-${name}`, `--from=cronjob/${name}`, '--dry-run=client', '-o', 'json'));
    const pod = job.spec.template.spec;
    const { hostname, port } = new URL(bench.cluster.server);
    pod.hostNetwork = true;
    pod.volumes = [{ name: 'kube', hostPath: { path: bench.cluster.kube, type: 'File' } }];
    pod.containers[0].volumeMounts = [{ name: 'kube', mountPath: '/bench/kube' }];
    pod.containers[0].env = [
      { name: 'KUBERNETES_SERVICE_HOST', value: hostname },
      { name: 'KUBERNETES_SERVICE_PORT', value: port },
    ];
    await bench.cluster.apply(JSON.stringify(job));
    await kubectl('wait', '--for=condition=complete', `job/run-${name}`, '--timeout=90s');
  }

  it('is scaled by its CronJobs, under an account that may do nothing else', async () => {
    // The next time is a year away: nothing but the trigger scales.
    const rare: ScaleSchedule = { cron: '0 0 1 1 *', until: '0 1 1 1 *', timezone: 'Europe/Berlin', min: 3 };
    const { plan } = await deploy(bench.platform, intent({ schedule: [rare] }));
    assert.deepEqual(
      plan.changes.map(({ object }) => object).filter((object) => /CronJob|Role|schedule/.test(object)),
      [
        'v1/ServiceAccount/order-api-schedule',
        'rbac.authorization.k8s.io/v1/Role/order-api-schedule',
        'rbac.authorization.k8s.io/v1/RoleBinding/order-api-schedule',
        'batch/v1/CronJob/order-api-at-0',
        'batch/v1/CronJob/order-api-at-1',
      ],
    );
    assert.equal(await kubectl('get', 'cronjob/order-api-at-0', '-o', 'jsonpath={.spec.timeZone}'), 'Europe/Berlin');
    const who = `--as=system:serviceaccount:${namespace}:order-api-schedule`;
    const may = async (...what: string[]) => (await kubectl('auth', 'can-i', ...what, who).catch(() => 'no')).trim();
    assert.deepEqual(
      [await may('delete', 'deployment/order-api'), await may('list', 'secrets'), await may('patch', 'deployment/other')],
      ['no', 'no', 'no'],
    );
    await trigger('order-api-at-0');
    assert.equal(await replicas(), '3');
    assert.deepEqual((await bench.platform.drift?.(environment, 'order-api', soon()))?.fields, []);
    await trigger('order-api-at-1');
    assert.equal(await replicas(), '1');
  });

  it('keeps what its schedule has set when it is deployed in that time', async () => {
    await deploy(bench.platform, intent({ schedule: [allDay] }, { release: 'rel-bbbbbbbbbbbb' }));
    assert.equal(await replicas(), '2');
  });

  it('of an autoscaler changes its minimum', async () => {
    const scaled = { auto: { min: 1, max: 4, cpu: 80 }, schedule: [{ ...allDay, cron: '0 0 1 1 *', min: 3 }] };
    await deploy(bench.platform, intent(scaled, { choices: { prune: true } }));
    const least = () => kubectl('get', 'hpa/order-api', '-o', 'jsonpath={.spec.minReplicas}');
    await kubectl('delete', 'job', '--all', '--wait=true');
    await kubectl('patch', 'hpa/order-api', '--type=merge', '-p', '{"spec":{"minReplicas":1}}', '--field-manager=waybill-schedule');
    await trigger('order-api-at-0');
    assert.equal(await least(), '3');
    assert.deepEqual((await bench.platform.plan(intent(scaled), soon())).refusals, []);
  });

  it('leaves nothing behind once the manifest has none', async () => {
    const { plan } = await deploy(bench.platform, intent({}, { choices: { prune: true } }));
    assert.match(plan.changes.map(({ object, change }) => `${change} ${object}`).join('\n'), /remove batch\/v1\/CronJob\/order-api-at-0/);
    assert.equal(await kubectl('get', 'cronjob,role,rolebinding', '-o', 'name'), '');
    assert.doesNotMatch(await kubectl('get', 'serviceaccount', '-o', 'name'), /schedule/);
  });

  it('may not be scaled to zero where that is forbidden', async () => {
    const guarded = { ...environment, protected: { ...environment.protected, on: true, forbid: ['scale-to-zero'] } };
    const plan = await bench.platform.plan({ ...intent({ schedule: [{ ...allDay, min: 0 }] }), environment: guarded }, soon());
    assert.match(plan.refusals.join('\n'), /forbids scale-to-zero, and a min of scale\.schedule is 0/);
  });
});

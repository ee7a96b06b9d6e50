// Checks after a deployment, on a real cluster: over HTTP through the API server, by a command, and their record.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { verifyRecord } from '../../client/src/delivery/verify.ts';
import { kubernetesPlatform } from '../../client/src/kubernetes/index.ts';
import { jobOf } from '../../client/src/kubernetes/verificationJob.ts';
import { localPrograms } from '../../client/src/local/programs.ts';
import { redactor } from '../../client/src/local/redactor.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { ImageByDigest, VerifyCheck } from '../../server/src/protocol.ts';
import { service, world } from '../delivery/world.ts';
import { type Bench, deploy, intentOf, sharedBench, soon } from './kubernetesBench.ts';

const check = (name: string, more: Partial<VerifyCheck>): VerifyCheck => ({ name, retries: 0, timeout: 20, ...more });
const http = (path: string, port = 8080): NonNullable<VerifyCheck['http']> => ({ port, path, scheme: 'http' });

describe('the checks of a release', () => {
  let bench: Bench;
  let web: ImageByDigest;
  before(async () => {
    bench = await sharedBench();
    web = await bench.image('web');
  });
  after(() => bench?.[Symbol.asyncDispose]());

  it('ask an instance and run commands; the record says what they found, and the next writer keeps it', async () => {
    const environment = await bench.environment('verify-checks');
    const verify = [
      check('smoke', { http: http('/index.html') }),
      check('missing', { http: http('/nothing-there') }),
      check('closed', { http: http('/', 9) }),
      check('told', { command: `node -e "if(process.env.WAYBILL_RELEASE!=='rel-0123456789ab')throw-1"` }),
    ].map((one) => (one.command ? { ...one, command: 'printenv WAYBILL_RELEASE WAYBILL_ENVIRONMENT' } : one));
    const { result } = await deploy(bench.platform, intentOf(environment, web, { verify }));
    assert.equal(result.outcome, 'Succeeded', result.message);
    const { ports: base } = world();
    const trust = { trusted: true };
    const requireTrust = () => {
      if (!trust.trusted) throw new Error('untrusted');
    };
    const ports = { ...base, clock: systemClock(), programs: localPrograms({ requireTrust, redactor: redactor() }) };
    const record = async () => {
      const [newest] = await bench.platform.history(environment, 'order-api', soon());
      assert.ok(newest);
      return newest;
    };
    const what = { service: { ...service, folder: import.meta.dirname }, environment, platform: bench.platform, record: await record() };
    const found = await verifyRecord(ports, what, () => undefined, soon());
    assert.deepEqual(
      found.checks.map(({ name, passed }) => [name, passed]),
      [
        ['smoke', true],
        ['missing', false],
        ['closed', false],
        ['told', true],
      ],
    );
    assert.match(found.checks[1]?.message ?? '', /\/nothing-there answered 404 \(order-api-/);
    assert.match(found.checks[3]?.message ?? '', /ended with 0: integration/);
    assert.deepEqual((await record()).verification, found);
    assert.equal(found.passed, false);
    const passing = { ...what, record: { ...what.record, effective: { ...what.record.effective, verify: verify.slice(0, 1) } } };
    assert.equal((await verifyRecord(ports, passing, () => undefined, soon())).passed, true);
    assert.equal((await record()).verification?.passed, true);
    await deploy(bench.platform, intentOf(environment, web, { verify }, { release: 'rel-bbbbbbbbbbbb' }));
    const history = await bench.platform.history(environment, 'order-api', soon());
    assert.deepEqual(
      history.map(({ verification }) => verification?.passed),
      [undefined, true],
    );
  });

  it('run as Jobs in the namespace: by the image of the release or another, ended in time, and gone afterwards', async () => {
    const environment = await bench.environment('verify-jobs');
    const crash = await bench.image('crash');
    const shell = (line: string) => ({ command: ['sh', '-c', line] });
    const verify = [
      check('good', { job: shell('echo "$WAYBILL_CHECKED $GREETING $WAYBILL_RELEASE $WAYBILL_URL"; echo fine') }),
      check('failing', { job: shell('for i in $(seq 200); do echo line $i; done; echo it is broken; exit 4') }),
      check('hanging', { job: shell('echo it began; sleep 1000'), timeout: 12 }),
      check('given', { job: { image: crash, ...shell('echo "by another image$GREETING"') } }),
      check('nowhere', { job: { image: { ...crash, digest: `sha256:${'0'.repeat(64)}` } }, timeout: 12 }),
    ];
    await deploy(bench.platform, intentOf(environment, web, { verify }));
    const [record] = await bench.platform.history(environment, 'order-api', soon());
    assert.ok(record);
    const ports = { ...world().ports, clock: systemClock() };
    const what = { service, environment, platform: bench.platform, record };
    const found = await verifyRecord(ports, what, () => undefined, soon(240));
    const of = (name: string) => found.checks.find((one) => one.name === name);
    assert.deepEqual(
      found.checks.map(({ name, passed }) => [name, passed]),
      [
        ['good', true],
        ['failing', false],
        ['hanging', false],
        ['given', true],
        ['nowhere', false],
      ],
    );
    assert.deepEqual(of('good')?.log, [' hello rel-0123456789ab http://order-api:8080', 'fine']);
    assert.match(of('failing')?.message ?? '', /failed with 4: it is broken/);
    assert.equal(of('failing')?.log?.length, 50);
    assert.match(of('hanging')?.message ?? '', /did not end within 12 s: it began/);
    assert.deepEqual(of('given')?.log, ['by another image']);
    assert.match(of('nowhere')?.message ?? '', /did not end within 12 s: (ErrImagePull|ImagePullBackOff)/);
    assert.deepEqual((await bench.platform.history(environment, 'order-api', soon()))[0]?.verification, found);
    assert.equal(await bench.cluster.kubectl('-n', 'verify-jobs', 'get', 'jobs', '-o', 'name'), '');
    // Nothing of it is an instance of the service, nor reached by its name.
    const labels = jobOf({ environment, record, check: 'c', env: {}, seconds: 1 }, 'verify-jobs', 'j').metadata.labels ?? {};
    assert.notEqual(labels['app.kubernetes.io/name'], 'order-api');
    assert.equal('app.kubernetes.io/instance' in labels, false);
  });

  it('say which rights a Job needs, and make none without them', async () => {
    const environment = await bench.environment('verify-denied');
    const verify = [check('suite', { job: { command: ['true'] }, retries: 5 })];
    await deploy(bench.platform, intentOf(environment, web, { verify }));
    const [record] = await bench.platform.history(environment, 'order-api', soon());
    assert.ok(record);
    const rules = [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'patch'] },
      { apiGroups: [''], resources: ['pods', 'namespaces', 'pods/log'], verbs: ['get', 'list'] },
      { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get'] },
    ];
    const kubeconfig = await bench.cluster.restrictedUser({ name: 'no-jobs', namespace: 'verify-denied', rules });
    const platform = kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [kubeconfig] });
    try {
      const ports = { ...world().ports, clock: systemClock() };
      const own = { ...environment, target: { ...environment.target, context: 'no-jobs' } };
      const found = await verifyRecord(ports, { service, environment: own, platform, record }, () => undefined, soon());
      assert.match(found.checks[0]?.message ?? '', /create jobs\.batch, delete jobs\.batch is not allowed\. Ask for a Role/);
      assert.equal(found.passed, false);
    } finally {
      platform.close();
    }
  });
});

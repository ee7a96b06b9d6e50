// Checks after a deployment, on a real cluster: over HTTP through the API server, by a command, and their record.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { verifyRecord } from '../../client/src/delivery/verify.ts';
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
});

// Checks and generated files of a service on a Docker host.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import type { DeploymentRecord, Platform, Verification } from '../../client/src/ports.ts';
import type { EnvironmentSummary } from '../../server/src/protocol.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { environmentOf, platform, programs, publish, serviceOf } from './composeBench.ts';

const signal = () => AbortSignal.timeout(120_000);

describe('a service on a Docker host', { skip: unavailable('engine', 'registry') }, () => {
  let on: Platform;
  before(() => {
    on = platform();
  });
  after(() => on.close());

  /** In the network of the service, by its image, and gone afterwards. */
  async function checksOnce(environment: EnvironmentSummary, record: DeploymentRecord | undefined): Promise<void> {
    assert.ok(record);
    const order = { environment, record, env: { WAYBILL_RELEASE: record.release }, seconds: 20, check: 'c' };
    const run = async (line: string, seconds = 20) => await on.runJob?.({ ...order, seconds, command: ['sh', '-c', line] }, signal());
    const good = await run('wget -qO- http://order-api:8080/health; cat /opt/app/conf/app.properties; echo $GREETING $WAYBILL_RELEASE');
    assert.deepEqual([good?.passed, good?.log], [true, ['ok', 'colour=blue', "it's fine rel-0123456789ab"]]);
    const bad = await run('echo broken; exit 3');
    assert.equal(bad?.passed, false);
    assert.match(bad?.message ?? '', /ended with 3: broken/);
    const hanging = await run('echo began; sleep 1000', 2);
    assert.match(hanging?.message ?? '', /did not end within 2 s: began/);
    const gone = { ...record, release: 'rel-ffffffffffff' };
    await assert.rejects(async () => on.runJob?.({ ...order, record: gone }, signal()), { waybill: 'rejected' });
  }

  it('is asked at its published port; what the checks found stands in its record', async () => {
    const [engine, registry] = await Promise.all([bench().engine('29'), bench().registry()]);
    const project = `verify-${process.pid}`;
    const environment = environmentOf(project, [engine]);
    const image = await publish(registry, 'verify', programs.good('verify'));
    const service = serviceOf({ repository: image.repository, ports: [{ name: 'http', port: 8080, auto: false, nodePort: 28_480 }] });
    const intent = {
      ...{ environment, service, image, tag: 'verify', release: 'rel-0123456789ab', alias: 'brave-otter' },
      ...{ source: {}, by: 'dev@example.com', rollback: false },
    };
    try {
      const result = await on.apply(await on.plan(intent, signal()), () => undefined, signal());
      assert.equal(result.outcome, 'Succeeded', result.message);
      const ask = async (path: string) =>
        (await on.askHttp?.(environment, service, { port: 8080, path, scheme: 'http' }, signal()))?.status;
      assert.deepEqual([await ask('/health'), await ask('/nothing')], [200, 404]);
      const [record] = await on.history(environment, 'order-api', signal());
      const verification: Verification = { at: new Date().toISOString(), by: 'ci', passed: true, checks: [] };
      await on.noteVerification?.(environment, 'order-api', record?.sequence ?? 0, verification, signal());
      assert.deepEqual((await on.history(environment, 'order-api', signal()))[0]?.verification, verification);
      await assert.rejects(async () => on.noteVerification?.(environment, 'order-api', 99, verification, signal()), {
        waybill: 'conflict',
      });
      await checksOnce(environment, record);
      const left = await engine.docker('ps', '-aq', '--filter', 'label=waybill.dev/verifies=zero/order-api/dev');
      assert.equal(left, '');
      const [file] = (await on.generate?.(intent)) ?? [];
      assert.equal(parse(file?.text ?? '').services['order-api'].image, `${image.repository}@${image.digest}`);
    } finally {
      const ids = await engine.docker('ps', '-aq', '--filter', `name=${project}`);
      if (ids.trim()) await engine.docker('rm', '-f', ...ids.trim().split(/\s+/));
    }
  });
});

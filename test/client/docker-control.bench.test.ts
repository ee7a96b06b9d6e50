import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { connect } from '../../client/src/docker/connection.ts';
import { activeBuilds } from '../../client/src/docker/control.ts';
import type { EngineHandle } from '../bench/engine.ts';
import { pushImage } from '../bench/images.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { contextFolder, open, orderOf, tlsHost, unixHost, until } from './dockerBench.ts';

const skip = unavailable('engine', 'registry', 'build-engine');
const signal = new AbortController().signal;

describe('BuildKit’s own API', { skip, timeout: 120_000 }, () => {
  let engine29: EngineHandle;
  let engine20: EngineHandle;
  let base: string;
  before(async () => {
    engine29 = await bench().engine('29');
    engine20 = await bench().engine('20.10');
    base = `${(await bench().registry()).host}/base/busybox:1`;
    await pushImage(base);
  });

  it('tells how many builds run, whoever started them, until they have ended', async () => {
    using folder = contextFolder({ Dockerfile: `FROM ${base}\nRUN sleep 123.456\n` });
    const connection = connect(unixHost(engine29));
    const secure = connect(tlsHost(engine29));
    try {
      const before = (await activeBuilds(connection, signal)) ?? Number.NaN;
      using opened = open(tlsHost(engine29));
      const stop = new AbortController();
      const building = opened.engine.build(orderOf(folder.path, 'zero/order-api:counted'), () => undefined, stop.signal);
      const ended = assert.rejects(building, { waybill: 'cancelled' });
      await until(async () => (await activeBuilds(connection, signal)) === before + 1, 30, 'one more build runs');
      assert.equal(await activeBuilds(secure, signal), before + 1);
      stop.abort();
      await ended;
      await until(async () => (await activeBuilds(connection, signal)) === before, 30, 'no more builds than before');
    } finally {
      connection.close();
      secure.close();
    }
  });

  it('an engine that does not tell is no failure', async () => {
    const connection = connect(unixHost(engine20));
    try {
      assert.equal(await activeBuilds(connection, signal), undefined);
    } finally {
      connection.close();
    }
  });
});

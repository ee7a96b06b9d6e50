import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildImage } from '../../client/src/delivery/build.ts';
import { member, world } from './world.ts';

const signal = new AbortController().signal;
const artifact = { command: ['mvn', 'package'], folder: '/w/order-api', outputs: ['target/a.war'] };
const quiet = (): void => undefined;

describe('the compile step of a build', () => {
  it('runs on this machine before a builder is asked', async () => {
    const { ports, compiled, opened } = world({ spec: { artifact } });
    const compiler = {
      compile: async (): Promise<void> => {
        assert.deepEqual(opened, []);
        compiled.push('here');
      },
    };
    await buildImage({ ...ports, compiler }, { service: 'order-api' }, quiet, signal);
    assert.deepEqual(compiled, ['here']);
  });

  it('runs in a container of the builder that has the seat', async () => {
    const { ports, compiled } = world({ spec: { artifact: { ...artifact, container: 'maven@sha256:1' } }, members: [member('build-1')] });
    await buildImage(ports, { service: 'order-api' }, quiet, signal);
    assert.deepEqual(compiled, ['build-1: mvn package']);
  });

  it('its failure is the build’s, in the journal too, and no builder is asked', async () => {
    const { ports, builds, opened } = world({ spec: { artifact } });
    const compiler = { compile: () => Promise.reject(new Error('javac says no')) };
    await assert.rejects(buildImage({ ...ports, compiler }, { service: 'order-api' }, quiet, signal), /javac says no/);
    assert.deepEqual([builds[0]?.outcome, opened], ['Failed', []]);
  });

  it('a service without one compiles nothing', async () => {
    const { ports, compiled } = world();
    await buildImage(ports, { service: 'order-api' }, quiet, signal);
    assert.deepEqual(compiled, []);
  });
});

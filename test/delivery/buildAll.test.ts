import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dependencyOrder } from '../../client/src/delivery/buildAll.ts';
import { service } from './world.ts';

describe('Build All Changed', () => {
  it('goes in the order of what depends on what, and cuts circles', () => {
    const named = (name: string, ...dependsOn: readonly string[]) => ({ ...service, id: `p/${name}`, product: 'p', name, dependsOn });
    const order = (...services: readonly ReturnType<typeof named>[]) => dependencyOrder(services).map(({ name }) => name);
    assert.deepEqual(order(named('web', 'api'), named('api', 'db', 'p/auth'), named('auth'), named('db')), ['db', 'auth', 'api', 'web']);
    assert.deepEqual(order(named('a', 'b'), named('b', 'a'), named('c', 'nowhere')), ['b', 'a', 'c']);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readChallenge } from '../../client/src/registry/authorization.ts';
import { chooseManifest } from '../../client/src/registry/manifest.ts';
import { isDigest, isLoopbackRegistry, registryHostOf, repositoryPathOf } from '../../client/src/registry/reference.ts';

describe('image names', () => {
  it('finds host and path as Docker does', () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['registry.example.com/zero/order-api', 'registry.example.com', 'zero/order-api'],
      ['127.0.0.1:5000/a', '127.0.0.1:5000', 'a'],
      ['localhost/a/b/c', 'localhost', 'a/b/c'],
      ['busybox', 'docker.io', 'library/busybox'],
      ['grafana/loki', 'docker.io', 'grafana/loki'],
      ['docker.io/busybox', 'docker.io', 'library/busybox'],
    ];
    for (const [name, host, path] of cases) assert.deepEqual([registryHostOf(name), repositoryPathOf(name)], [host, path], name);
  });

  it('knows this machine by name only', () => {
    for (const host of ['localhost:5000', '127.0.0.1', '127.9.9.9:1', '[::1]:5000']) assert.ok(isLoopbackRegistry(host), host);
    for (const host of ['127.0.0.1.example.com', 'localhost.example.com', '10.0.0.1:5000', 'x127.0.0.1'])
      assert.ok(!isLoopbackRegistry(host), host);
  });

  it('takes for a digest only what is one', () => {
    assert.ok(isDigest(`sha256:${'a'.repeat(64)}`));
    for (const text of ['sha256:abc', `sha256:${'A'.repeat(64)}`, 'latest']) assert.ok(!isDigest(text));
  });

  it('reads challenges, and chooses no attestation for an image', () => {
    assert.deepEqual(readChallenge('Basic realm="x"'), { scheme: 'basic' });
    assert.deepEqual(readChallenge('Bearer realm="https://a/t",service="s"'), {
      scheme: 'bearer',
      realm: 'https://a/t',
      service: 's',
      scope: undefined,
    });
    assert.equal(readChallenge('Negotiate'), undefined);
    assert.equal(readChallenge(null), undefined);
    const entry = (architecture: string, digest: string) => ({
      mediaType: 'm',
      size: 1,
      digest,
      platform: { os: architecture === 'unknown' ? 'unknown' : 'linux', architecture },
    });
    const index = { manifests: [entry('unknown', 'a'), entry('arm64', 'b'), entry('amd64', 'c')] };
    assert.equal(chooseManifest(index, { os: 'linux', architecture: 'amd64' })?.digest, 'c');
    assert.equal(chooseManifest(index, { os: 'linux', architecture: 's390x' }), undefined);
  });
});

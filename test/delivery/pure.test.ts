import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalJson } from '../../client/src/delivery/canonicalJson.ts';
import { affinityKey, byAffinity, candidates } from '../../client/src/delivery/choose.ts';
import { closest } from '../../client/src/delivery/closest.ts';
import { isGenuine, releaseAlias } from '../../client/src/delivery/identity.ts';
import { proveLayers } from '../../client/src/delivery/layerProof.ts';
import { merge } from '../../client/src/delivery/logs.ts';
import { rollbackTargets } from '../../client/src/delivery/rollback.ts';
import { isImmutable, renderTag, validTag } from '../../client/src/delivery/tag.ts';
import { byteSize, duration } from '../../client/src/delivery/units.ts';
import { deployment, digest, member, releaseRecord, spec } from './world.ts';

describe('canonical JSON (RFC 8785)', () => {
  it('sorts by UTF-16 code units and writes numbers as ECMAScript does', () => {
    // Section 3.2.3 of the RFC, with its escapes.
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew',
      '1': 'One',
      '\ud83d\ude00': 'Smiley',
      '\u0080': 'Control',
      '\u00f6': 'o',
    };
    assert.equal(
      canonicalJson(value),
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"o","€":"Euro Sign","😀":"Smiley","\ufb33":"Hebrew"}',
    );
    assert.equal(canonicalJson([JSON.parse('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27]), '[333333333.3333333,1e+30,4.5,0.002,1e-27]');
    assert.equal(canonicalJson({ literals: [null, true, false], gone: undefined }), '{"literals":[null,true,false]}');
  });
});

describe('the identity of a release', () => {
  it('follows from image and manifest, whatever the order of its keys', () => {
    const one = releaseRecord({ manifest: { a: 1, b: 2 } });
    assert.match(one.id, /^rel-[0-9a-f]{12}$/);
    assert.equal(releaseRecord({ manifest: { b: 2, a: 1 } }).id, one.id);
    assert.notEqual(releaseRecord({ manifest: { a: 1, b: 3 } }).id, one.id);
    assert.notEqual(releaseRecord({ manifest: { a: 1, b: 2 }, digest: digest('e') }).id, one.id);
  });
  it('shows when somebody changed a record', () => {
    const one = releaseRecord({});
    assert.ok(isGenuine(one));
    assert.ok(!isGenuine({ ...one, manifest: { changed: true } }));
    assert.ok(!isGenuine({ ...one, identity: { ...one.identity, image: { ...one.identity.image, digest: digest('e') } } }));
  });
  it('has two words for people', () => {
    assert.match(releaseAlias('rel-87ce0b7374c5'), /^[a-z]+-[a-z]+$/);
    assert.equal(releaseAlias('rel-87ce0b7374c5'), releaseAlias('rel-87ce0b7374c5'));
  });
});

describe('image tags', () => {
  const values = {
    branch: 'feature/JIRA-1 x',
    revision: '5d41402abc4b2a76b9719d911017c592ab38b0ff',
    now: new Date('2026-11-23T08:15:22Z'),
  };
  it('come from branch, revision and time', () => {
    assert.equal(renderTag('{branch}-{sha:8}-{timestamp}', values), 'feature-JIRA-1-x-5d41402a-20261123081522');
    assert.equal(renderTag('v1-{sha}', values), 'v1-5d41402abc4b');
  });
  for (const [template, message] of [
    ['{branch}', /same tag to different images/],
    ['latest', /same tag/],
    ['{sha:8}-{nonsense}', /not known/],
    ['{version}-{timestamp}', /needs `\{version\}`/],
    ['-{timestamp}', /not a valid image tag/],
  ] as const) {
    it(`refuse \`${template}\``, () => assert.throws(() => renderTag(template, values), { message }));
  }
  it('need a revision only where it is used', () => {
    assert.throws(() => renderTag('{sha:8}', { now: values.now }), { message: /needs `\{sha\}`/, waybill: 'configuration' });
    assert.equal(renderTag('{branch}-{timestamp}', { now: values.now }), 'detached-20261123081522');
  });
  it('are never `latest`', () => assert.throws(() => validTag('latest'), { waybill: 'refused' }));
  it('may be immutable by glob', () => {
    assert.ok(isImmutable('v1.2.3', ['v*']));
    assert.ok(!isImmutable('main-1', ['v*', 'release-?']));
    assert.ok(!isImmutable('vX2', ['v.2']));
  });
});

describe('the choice of a builder', () => {
  const members = ['a', 'b', 'c', 'd'].map((name) => member(name));
  const keys = Array.from({ length: 2000 }, (_, index) => `registry/app-${index}\nsha256:${index % 7}`);
  const best = (list: typeof members, key: string) => byAffinity(list, key)[0]?.name ?? '';
  it('keeps one service on one builder and moves only the keys of a builder that goes', () => {
    for (const key of keys) {
      const before = best(members, key);
      const after = best(
        members.filter(({ name }) => name !== 'c'),
        key,
      );
      if (before !== 'c') assert.equal(after, before);
    }
  });
  it('shares the work by weight', () => {
    const weighted = [member('big', { weight: 3 }), member('small', { weight: 1 })];
    const share = keys.filter((key) => best(weighted, key) === 'big').length / keys.length;
    assert.ok(Math.abs(share - 0.75) < 0.04, String(share));
  });
  it('depends on repository and base alone', () => {
    assert.equal(affinityKey(spec), `${spec.repository}\n${digest('b')}`);
    assert.equal(affinityKey({ ...spec, args: { X: '1' } }), affinityKey(spec));
  });
  it('leaves out draining, unlabelled and foreign-platform members, and says why', () => {
    const pool = {
      name: 'shared',
      policy: 'affinity' as const,
      maxQueue: 50,
      patience: 30,
      members: [
        member('drained', { draining: true, labels: { zone: 'a' } }),
        member('unlabelled'),
        member('arm', { labels: { arch: 'arm64', zone: 'a' } }),
        member('fit', { labels: { arch: 'amd64', zone: 'a' } }),
      ],
    };
    const { members, excluded } = candidates(pool, { ...spec, selector: { zone: 'a' } });
    assert.deepEqual(
      members.map(({ name }) => name),
      ['fit'],
    );
    assert.deepEqual(
      excluded.map(({ member, message }) => `${member} ${message}`),
      ['drained is draining', 'unlabelled has not the label `zone: a`', 'arm builds arm64, not linux/amd64'],
    );
    assert.deepEqual(
      candidates(pool, spec, 'drained').members.map(({ name }) => name),
      ['drained'],
    );
    assert.throws(() => candidates(pool, spec, 'drianed'), { message: /has no builder `drianed`/, advice: 'Did you mean `drained`?' });
  });
});

describe('the proof of layers', () => {
  it('counts the layers of OS, base and service', () =>
    assert.deepEqual(proveLayers(['o', 'b1', 'b2', 'a1'], ['o', 'b1', 'b2'], [['p'], ['o']]), { os: 1, base: 2, app: 1 }));
  it('refuses an image that does not stand on its base', () => {
    assert.throws(() => proveLayers(['o', 'x', 'a1'], ['o', 'b1'], [['o']]), {
      message: /image do not begin with those of its base image/,
    });
    assert.throws(() => proveLayers(['squashed'], ['o', 'b1'], [['o']]), { message: /base\/not-inherited/ });
  });
  it('counts no OS layers where the base stands on a version of its OS that nobody knows any more', () =>
    assert.deepEqual(proveLayers(['p', 'b1', 'a'], ['p', 'b1'], [['o']]), { os: 0, base: 2, app: 1 }));
});

describe('what can be rolled back to', () => {
  const [one, two, three] = ['1', '2', '3'].map((character) => releaseRecord({ digest: digest(character) })) as [
    ReleaseOf,
    ReleaseOf,
    ReleaseOf,
  ];
  type ReleaseOf = ReturnType<typeof releaseRecord>;
  const names = (history: Parameters<typeof rollbackTargets>[0]) => rollbackTargets(history).map(({ sequence }) => sequence);
  it('is the newest success before the present deployment', () => {
    assert.deepEqual(names([deployment(three, 3), deployment(two, 2), deployment(one, 1)]), [2, 1]);
    assert.deepEqual(names([deployment(three, 3, { result: 'Failed' }), deployment(two, 2), deployment(one, 1)]), [2, 1]);
    assert.deepEqual(names([deployment(three, 3), deployment(two, 2, { result: 'Failed' }), deployment(one, 1)]), [1]);
    assert.deepEqual(names([deployment(three, 3, { result: 'Pending' }), deployment(two, 2)]), [2]);
  });
  it('goes further back after a rollback, not to and fro', () => {
    const back = deployment(two, 4, { rollback: true });
    assert.deepEqual(names([back, deployment(three, 3), deployment(two, 2), deployment(one, 1)]), [1]);
    assert.deepEqual(names([deployment(one, 3, { rollback: true }), deployment(two, 2), deployment(one, 1)]), []);
  });
  it('is the same image with other configuration, too', () =>
    assert.deepEqual(names([deployment(one, 2, { configHash: 'sha256:9' }), deployment(one, 1)]), [1]));
  it('is nothing for a first deployment', () => assert.deepEqual(names([deployment(one, 1)]), []));
});

describe('merged streams', () => {
  const source = (name: string, values: number[], end?: Error) =>
    async function* (signal: AbortSignal) {
      for (const value of values) {
        await new Promise((resolve) => setTimeout(resolve, value));
        if (signal.aborted) return;
        yield `${name}${value}`;
      }
      if (end) throw end;
    };
  it('give values as they arrive', async () => {
    const seen: string[] = [];
    for await (const value of merge([source('a', [1, 40]), source('b', [15])], new AbortController().signal)) seen.push(value);
    assert.deepEqual(seen, ['a1', 'b15', 'a40']);
  });
  it('end all when one fails', () =>
    assert.rejects(async () => {
      for await (const _ of merge([source('a', [1], new Error('broken')), source('b', [5, 5, 5])], new AbortController().signal));
    }, /broken/));
});

describe('small words', () => {
  it('finds what was meant', () => {
    assert.equal(closest('--fromat', ['--format', '--follow']), '--format');
    assert.equal(closest('stagng', ['dev', 'staging', 'production']), 'staging');
    assert.equal(closest('xyz', ['dev', 'staging']), undefined);
  });
  it('writes durations and sizes', () => {
    assert.deepEqual([41.4, 125, 3600, 3780].map(duration), ['41s', '2m5s', '1h', '1h3m']);
    assert.deepEqual([0, 999, 12_400_000, 1.5e9].map(byteSize), ['0B', '999B', '12.4MB', '1.5GB']);
  });
});

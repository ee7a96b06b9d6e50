import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explain } from '../../client/src/kubernetes/findings.ts';
import { instanceOf } from '../../client/src/kubernetes/instances.ts';
import { digestOf, podView } from '../../client/src/kubernetes/pods.ts';
import { overQuota, quantity } from '../../client/src/kubernetes/quantity.ts';
import { queueOf } from '../../client/src/kubernetes/queue.ts';
import { recordData, recordsOf } from '../../client/src/kubernetes/records.ts';
import { warningsOf } from '../../client/src/kubernetes/request.ts';
import { isBefore, resumePoint, splitStamp } from '../../client/src/kubernetes/resume.ts';
import { isPermanentPullError, judge } from '../../client/src/kubernetes/rollout.ts';
import type { DeploymentObject } from '../../client/src/kubernetes/types.ts';
import type { DeploymentRecord } from '../../client/src/ports.ts';
import { environment, image, intentOf } from './kubernetesSamples.ts';

describe('amounts', () => {
  it('are read as Kubernetes reads them', () =>
    assert.deepEqual(['500m', '2', '1Gi', '1k', '1e3', 'x'].map(quantity), [0.5, 2, 2 ** 30, 1000, 1000, Number.NaN]));
  it('are compared with what a quota leaves', () => {
    const status = { hard: { pods: '3', 'requests.cpu': '2' }, used: { pods: '2', 'requests.cpu': '500m' } };
    assert.deepEqual(overQuota('q', status, { pods: 2, 'requests.cpu': 1 }), [
      'Quota q: pods allows 3, 2 are used, and this deployment may need 2 more.',
    ]);
  });
});

describe('records', () => {
  const record = (sequence: number, note = ''): DeploymentRecord => {
    const { service } = intentOf(environment, image, { config: [{ target: '/a', content: note }] });
    const what = { environment: 'integration', service: 'order-api', release: 'rel-1', alias: 'a', image, tag: 't', at: '', by: '' };
    return { ...what, sequence, rollback: false, result: 'Succeeded', message: '', configHash: '', planHash: '', effective: service };
  };
  /** Text that does not compress. */
  const noise = (length: number): string => {
    let seed = 1;
    const next = (): string => {
      seed = (seed * 16807) % 2147483647;
      return String.fromCharCode(33 + (seed % 90));
    };
    return Array.from({ length }, next).join('');
  };
  it('come back as they were written, newest first', () => {
    const records = [record(3), record(2), record(1, 'x'.repeat(10_000))];
    assert.deepEqual(recordsOf(recordData(records, 20)), records);
  });
  it('are as many as wanted, and stay below 700 KiB', () => {
    assert.deepEqual(
      recordsOf(recordData([record(3), record(2), record(1)], 2)).map((entry) => entry.sequence),
      [3, 2],
    );
    const data = recordData(
      Array.from({ length: 5 }, (_, index) => record(5 - index, noise(200_000))),
      20,
    );
    assert.ok(data.current.length + data.history.length < 700 * 1024);
    assert.equal(recordsOf(data)[0]?.sequence, 5);
  });
  it('that cannot be read are left out', () => assert.deepEqual(recordsOf({ current: '{', history: 'gzip+base64:AAAA' }), []));
});

describe('a log that is asked for again', () => {
  const stamp = (nanos: number): string => `2026-11-24T08:20:11.${String(nanos).padStart(9, '0')}Z`;
  it('goes on where it was cut, also among equal stamps and stamps that run backwards', () => {
    const all = [1, 5, 4, 5, 5, 7, 6, 9].map(stamp);
    for (let cut = 0; cut <= all.length; cut++) {
      const resume = resumePoint();
      const first = all.slice(0, cut).filter((time) => resume.take(time));
      resume.reconnect();
      const rest = all.filter((time) => resume.take(time));
      assert.equal(resume.lost(), false);
      assert.deepEqual([...first, ...rest], all, `cut after ${cut}`);
    }
  });
  it('asks from the second before the last line', () => {
    const resume = resumePoint();
    assert.equal(resume.since(), undefined);
    resume.take(stamp(5));
    assert.equal(resume.since(), '2026-11-24T08:20:10.000Z');
  });
  it('notices that lines are gone at the source', () => {
    const resume = resumePoint();
    resume.take(stamp(1));
    resume.reconnect();
    resume.take(stamp(2));
    assert.equal(resume.lost(), true);
  });
  it('leaves off what `tail` cut off at the beginning', () => {
    const resume = resumePoint();
    resume.take(stamp(5));
    resume.reconnect();
    assert.deepEqual(
      [3, 5, 6].map(stamp).filter((time) => resume.take(time)),
      [stamp(6)],
    );
  });
  it('reads stamps of nodes in any time zone', () => {
    assert.deepEqual(splitStamp('2026-11-24T16:20:11.123456789+08:00 a b'), { time: '2026-11-24T08:20:11.123456789Z', text: 'a b' });
    assert.deepEqual(splitStamp('no stamp'), { time: '', text: 'no stamp' });
    assert.equal(isBefore('2026-11-24T08:20:11.123456789Z', '2026-11-24T08:20:11.123Z'), false);
  });
});

describe('the hand-over of lines', () => {
  it('holds writers back until the reader takes', async () => {
    const queue = queueOf<number>(2);
    await queue.push([1, 2]);
    let late = false;
    const waiting = queue.push([3]).then(() => {
      late = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(late, false);
    const reader = queue.read();
    assert.deepEqual((await reader.next()).value, [1, 2]);
    await waiting;
    queue.end(new Error('over'));
    assert.deepEqual((await reader.next()).value, [3]);
    await assert.rejects(reader.next(), /over/);
  });
});

describe('what the cluster says', () => {
  it('in warning headers', () =>
    assert.deepEqual(warningsOf('299 - "would violate \\"x\\"", 299 - "second"'), ['would violate "x"', 'second']));
  it('of the image that runs', () => {
    assert.equal(digestOf(`docker-pullable://r/x@${image.digest}`), image.digest);
    assert.equal(digestOf(image.digest), undefined);
  });
  it('of an instance', () => {
    const view = podView({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', uid: 'u' },
      spec: { nodeName: 'n' },
      status: {
        phase: 'Running',
        containerStatuses: [
          { name: 'c', ready: false, restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } } },
        ],
      },
    });
    assert.ok(view);
    assert.deepEqual(instanceOf(view), {
      id: 'u',
      name: 'p',
      phase: 'CrashLoop',
      ready: false,
      restarts: 4,
      where: 'n',
      reason: 'ends again and again',
      detail: 'CrashLoopBackOff: back-off',
    });
  });
  it('of why an instance waits', () => {
    const waiting = (reason: string, message: string) => {
      const view = podView({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p' },
        status: { containerStatuses: [{ name: 'c', ready: false, restartCount: 0, state: { waiting: { reason, message } } }] },
      } as never);
      assert.ok(view);
      return instanceOf(view).reason;
    };
    const rpc = 'rpc error: code = NotFound desc = failed to pull and unpack image "r.example.com/a@sha256:0": r.example.com/a: not found';
    assert.equal(waiting('ErrImagePull', rpc), 'image not found in the registry');
    assert.equal(
      waiting('ImagePullBackOff', `Back-off pulling image "r.example.com/a": ErrImagePull: ${rpc}`),
      'image not found in the registry',
    );
    assert.equal(waiting('ImagePullBackOff', 'Back-off pulling image "r.example.com/forbidden/a"'), 'the image cannot be pulled');
    assert.equal(waiting('ErrImagePull', 'pull access denied, authorization failed'), 'not allowed to pull the image');
    assert.equal(waiting('ErrImagePull', 'dial tcp 10.0.0.1:443: i/o timeout'), 'the node does not reach the registry');
    assert.equal(waiting('CreateContainerConfigError', 'secret "db" not found'), 'cannot be configured: secret "db" not found');
  });
  it('of pulls that can never succeed', () => {
    assert.equal(isPermanentPullError('failed to resolve: not found'), true);
    assert.equal(isPermanentPullError('dial tcp: connection refused'), false);
  });
  it('of pods that a webhook refuses', () => {
    const replicaSet = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'r' },
      status: {
        conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'admission webhook "policy.example.com" denied the request: no' }],
      },
    };
    const { diagnosis } = explain({ end: { deployment: undefined, replicaSet, pods: [] }, events: [] });
    assert.equal(diagnosis.kind, 'admission');
    assert.match(diagnosis.summary, /policy\.example\.com/);
  });
});

describe('a rollout', () => {
  const deployment = (status: DeploymentObject['status']): DeploymentObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd', generation: 2 },
    spec: { replicas: 2, template: {} },
    ...(status ? { status } : {}),
  });
  const memory = () => ({
    since: new Map<string, number>(),
    pullErrors: new Map<string, string>(),
    restartsBefore: new Map<string, number>(),
  });
  const state = (status: DeploymentObject['status']): string => judge(deployment(status), [], 2, memory(), 0).state;
  it('is not judged by what was before it', () =>
    assert.equal(state({ observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }), 'waiting'));
  it('waits for old instances to end', () =>
    assert.equal(state({ observedGeneration: 2, replicas: 3, updatedReplicas: 2, availableReplicas: 2 }), 'waiting'));
  it('is done when all that runs is new and available', () =>
    assert.equal(state({ observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }), 'healthy'));
  it('has failed when its time is over or nothing can be created', () => {
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
    assert.equal(state({ observedGeneration: 2, conditions }), 'failed');
    assert.equal(state({ observedGeneration: 2, conditions: [{ type: 'ReplicaFailure', status: 'True' }] }), 'failed');
  });
});

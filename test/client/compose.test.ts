// The parts of the compose platform that need no daemon.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { channel } from '../../client/src/compose/channel.ts';
import { configHashOf, containerSpec, createBody, fixedHostPorts } from '../../client/src/compose/containerSpec.ts';
import type { InspectedContainer } from '../../client/src/compose/containers.ts';
import { judge } from '../../client/src/compose/diagnosis.ts';
import { canonicalJson } from '../../client/src/compose/hash.ts';
import { verdictOf } from '../../client/src/compose/health.ts';
import { healthCheck, probeCommand } from '../../client/src/compose/healthCheck.ts';
import { imageFault } from '../../client/src/compose/images.ts';
import { isOwned, Label, ownedService, ownerOf } from '../../client/src/compose/labels.ts';
import { engineTime, logPosition } from '../../client/src/compose/logPosition.ts';
import { allocatePort, place } from '../../client/src/compose/placement.ts';
import { composePreview } from '../../client/src/compose/preview.ts';
import { memoryBytes, nanoCpus } from '../../client/src/compose/quantities.ts';
import { decodeBook, emptyBook, encodeBook, encodeWithinLimit, withRecord } from '../../client/src/compose/records.ts';
import type { DeploymentRecord } from '../../client/src/ports.ts';
import { serviceOf } from './composeBench.ts';

const image = { repository: 'registry.example.com/zero/order-api', digest: `sha256:${'a'.repeat(64)}` };
const owner = { product: 'zero', service: 'order-api', environment: 'dev', project: 'p' };
const identity = { owner, name: 'p-order-api-1', number: 1, sequence: 7, release: 'rel-1', alias: 'a', tag: 't', ports: [] };

function slotsOf(placement: ReturnType<typeof place>): number[] {
  return [...placement.slots.values()];
}

describe('placement', () => {
  const hosts = (...running: number[]) => running.map((count, index) => ({ name: `h${index + 1}`, running: count }));

  it('spreads over the hosts and leaves what runs where it is', () => {
    assert.deepEqual(slotsOf(place({ replicas: 3, placement: 'spread', onePerHost: false, hosts: hosts(0, 0) })), [2, 1]);
    assert.deepEqual(slotsOf(place({ replicas: 3, placement: 'spread', onePerHost: false, hosts: hosts(0, 2) })), [1, 2]);
    assert.deepEqual(slotsOf(place({ replicas: 1, placement: 'spread', onePerHost: false, hosts: hosts(2, 1) })), [1, 0]);
  });

  it('packs onto the first host', () => {
    assert.deepEqual(slotsOf(place({ replicas: 3, placement: 'pack', onePerHost: false, hosts: hosts(0, 0) })), [3, 0]);
    assert.deepEqual(slotsOf(place({ replicas: 1, placement: 'pack', onePerHost: false, hosts: hosts(1, 1) })), [1, 0]);
  });

  it('says how many find no host when each takes a fixed port', () => {
    const found = place({ replicas: 3, placement: 'spread', onePerHost: true, hosts: hosts(0, 0) });
    assert.deepEqual(slotsOf(found), [1, 1]);
    assert.equal(found.unplaced, 1);
  });

  it('gives a port that is free, the same one every time', () => {
    const key = { host: 'h', service: 's', index: 1 };
    const range = { low: 100, high: 102 };
    const first = allocatePort(key, range, new Set());
    assert.equal(first, allocatePort(key, range, new Set()));
    assert.ok(first !== undefined);
    const second = allocatePort(key, range, new Set([first]));
    assert.ok(second !== undefined && second !== first && second >= 100 && second <= 102);
    assert.equal(allocatePort(key, range, new Set([100, 101, 102])), undefined);
  });
});

describe('container specification', () => {
  it('is by digest, with Compose labels, limits, grace and a restart policy', () => {
    const body = createBody(containerSpec(serviceOf(), image), identity);
    assert.equal(body.Image, `${image.repository}@${image.digest}`);
    assert.equal(body.StopTimeout, 5);
    const labels = body.Labels as Record<string, string>;
    assert.equal(labels[Label.oneOff], 'False');
    assert.equal(labels[Label.owner], 'zero/order-api/dev:p/p-order-api-1');
    const host = body.HostConfig as Record<string, unknown>;
    assert.deepEqual(
      [host.Memory, host.NanoCpus, host.RestartPolicy, host.NetworkMode],
      [64 * 2 ** 20, 5e8, { Name: 'always', MaximumRetryCount: 0 }, 'p_default'],
    );
    assert.deepEqual(host.PortBindings, { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] });
  });

  it('publishes fixed ports to all, others to the host itself, none when nothing is exposed', () => {
    const ports = [{ name: 'http', port: 8080, auto: false, nodePort: 30080 }];
    assert.deepEqual(containerSpec(serviceOf({ ports }), image).published[0], {
      name: 'http',
      port: 8080,
      hostIp: '0.0.0.0',
      hostPort: '30080',
    });
    const range = { low: 12200, high: 12399 };
    const expose = { type: 'NodePort', ports: ['http'] } as const;
    assert.equal(containerSpec(serviceOf({ expose }), image, range).published[0]?.hostPort, '12200-12399');
    assert.deepEqual(containerSpec(serviceOf({ expose: { type: 'None', ports: [] } }), image).published, []);
    assert.deepEqual(fixedHostPorts(serviceOf({ network: 'host' })), [8080]);
  });

  it('has no value of a secret, only the name of its file', () => {
    const env = [{ name: 'PASSWORD', secret: { name: 'db', key: 'pw' } }];
    const spec = containerSpec(serviceOf({ env }), image);
    assert.deepEqual(spec.env, { PASSWORD_FILE: '/run/secrets/db/pw' });
  });

  it('hashes alike whatever the scale, and differently when the configuration differs', () => {
    const hash = (overrides: object): string => configHashOf(containerSpec(serviceOf(overrides), image));
    assert.equal(hash({}), hash({ replicas: 9 }));
    assert.notEqual(hash({}), hash({ config: [] }));
    assert.equal(canonicalJson({ b: 1, a: [{ d: 1, c: 2 }] }), '{"a":[{"c":2,"d":1}],"b":1}');
  });

  it('reads amounts and refuses what is none', () => {
    assert.equal(memoryBytes('1.5Gi', 'x'), 1.5 * 2 ** 30);
    assert.equal(nanoCpus('500m', 'x'), 5e8);
    assert.throws(() => memoryBytes('lots', 'resources.limits.memory'), {
      waybill: 'configuration',
      message: /resources\.limits\.memory is `lots`/,
    });
  });
});

describe('the Compose file', () => {
  it('says the same for plain docker compose, with dollars kept and without any secret value', () => {
    const env = [
      { name: 'PRICE', value: '5$' },
      { name: 'PASSWORD', secret: { name: 'db', key: 'pw' } },
    ];
    const target = { kind: 'compose', project: 'p', hosts: [], placement: 'spread' } as const;
    const file: unknown = parse(
      composePreview({ service: serviceOf({ env, replicas: 2 }), image, target, release: 'rel-1', alias: 'a', tag: 't' }),
    );
    assert.partialDeepStrictEqual(file, {
      name: 'p',
      services: {
        'order-api': {
          image: `${image.repository}@${image.digest}`,
          environment: { PRICE: '5$$', PASSWORD_FILE: '/run/secrets/db/pw' },
          configs: [{ source: 'file-1', target: '/opt/app/conf/app.properties' }],
          secrets: [{ source: 'db-pw', target: '/run/secrets/db/pw' }],
          deploy: { replicas: 2 },
        },
      },
      configs: { 'file-1': { content: 'colour=blue\n' } },
      secrets: { 'db-pw': { external: true } },
    });
  });
});

describe('probes', () => {
  const timing = { period: 5, timeout: 2, failureThreshold: 3, initialDelay: 0 };

  it('become health checks', () => {
    const command = probeCommand({ http: { port: 8080, path: '/a b;reboot' }, ...timing })[1] ?? '';
    assert.ok(command.startsWith("wget -q -T 2 -O /dev/null 'http://127.0.0.1:8080/a b;reboot' || curl "));
    assert.match(probeCommand({ tcp: { port: 8080 }, ...timing })[1] ?? '', /grep -q ':1F90 0\*:0000 0A'/);
    assert.deepEqual(probeCommand({ command: ['check', '--all'], ...timing }), ['CMD', 'check', '--all']);
    const startup = { http: { port: 1, path: '/' }, ...timing, failureThreshold: 30 };
    const check = healthCheck({ startup, readiness: { http: { port: 1, path: '/' }, ...timing } });
    assert.deepEqual([check?.Interval, check?.Retries, check?.StartPeriod], [5e9, 3, 150e9]);
  });
});

describe('ownership', () => {
  it('is only what the label says of this very container', () => {
    const labels = { [Label.owner]: ownerOf(owner, 'p-order-api-1'), [Label.ownService]: 'order-api' };
    assert.ok(isOwned(owner, { name: 'p-order-api-1', labels }));
    assert.ok(!isOwned(owner, { name: 'p-order-api-2', labels }));
    assert.ok(!isOwned({ ...owner, environment: 'other' }, { name: 'p-order-api-1', labels }));
    assert.equal(ownedService({ product: 'zero', environment: 'dev', project: 'p' }, { name: 'p-order-api-1', labels }), 'order-api');
    assert.equal(ownedService({ product: 'zero', environment: 'dev', project: 'q' }, { name: 'p-order-api-1', labels }), undefined);
  });
});

function record(sequence: number): DeploymentRecord {
  const effective = serviceOf({ config: [{ target: '/x', content: 'k=v\n'.repeat(2000) }] });
  return {
    ...{
      sequence,
      environment: 'dev',
      service: 'order-api',
      release: `rel-${sequence}`,
      alias: 'a',
      image,
      tag: 't',
      at: '',
      by: 'x',
      rollback: false,
    },
    ...{ result: 'Succeeded', message: '', configHash: '', planHash: '', effective },
  };
}

describe('records', () => {
  it('are kept newest first, the outcome in place of the intent, no more than wanted', () => {
    let book = emptyBook;
    for (const sequence of [1, 2, 3]) book = withRecord(book, 'k', { ...record(sequence), result: 'Pending' }, 2);
    book = withRecord(book, 'k', record(3), 2);
    assert.deepEqual(
      book.services.k?.map(({ sequence, result }) => [sequence, result]),
      [
        [3, 'Succeeded'],
        [2, 'Pending'],
      ],
    );
    assert.equal(book.revision, 4);
    assert.deepEqual(decodeBook(encodeBook(book)), book);
    assert.equal(decodeBook('no book'), undefined);
  });

  it('of twenty alike need little room, and a huge one is cut at the old end', () => {
    let book = emptyBook;
    for (let sequence = 1; sequence <= 20; sequence += 1) book = withRecord(book, 'k', record(sequence), 20);
    assert.ok(encodeBook(book).length < 4096);
    const noise = (seed: number): string =>
      Array.from({ length: 60_000 }, (_, index) => ((index * seed * 2654435761) >>> 7).toString(36)).join('');
    for (let sequence = 1; sequence <= 9; sequence += 1) {
      const effective = serviceOf({ config: [{ target: '/x', content: noise(sequence) }] });
      book = withRecord(book, 'big', { ...record(sequence), effective }, 20);
    }
    const text = encodeWithinLimit(book);
    assert.ok(text.length <= 700 * 1024);
    const kept = decodeBook(text)?.services.big ?? [];
    assert.ok(kept.length > 0 && kept[0]?.sequence === 9);
  });
});

describe('the position in a log', () => {
  const at = (tenths: number, more = '00000000'): string => `2026-01-02T03:04:0${Math.floor(tenths / 10)}.${tenths % 10}${more}Z`;

  it('resumes a second back and skips what was given, also out of order', () => {
    assert.equal(engineTime('2026-01-02T03:04:05.12Z'), '1767323045.120000000');
    const position = logPosition(undefined, false);
    assert.equal(position.since(), undefined);
    position.note([at(1), at(5), at(20), at(19), at(20, '00000001')]);
    assert.equal(position.since(), '1767323041.900000000');
    assert.equal(position.skip(), 3);
  });

  it('never begins before the first line that a tail gave', () => {
    const position = logPosition(undefined, true);
    position.note([at(15, '50000000'), at(15, '60000000')]);
    assert.equal(position.since(), '1767323041.550000000');
    assert.equal(position.skip(), 2);
  });

  it('is correct for every place at which a log may be cut', () => {
    const log = Array.from({ length: 200 }, (_, index) =>
      at(Math.floor(index / 4) + (index % 7 === 0 && index > 20 ? -1 : 0), String(index).padStart(8, '0')),
    );
    for (let cut = 0; cut <= log.length; cut += 1) {
      const position = logPosition(undefined, false);
      position.note(log.slice(0, cut));
      const since = position.since();
      const again = log.filter(
        (time) => since === undefined || Number(engineTime(time)?.replace('.', '')) >= Number(since.replace('.', '')),
      );
      assert.deepEqual(again.slice(position.skip()), log.slice(cut));
    }
  });
});

describe('channel', () => {
  it('makes producers wait, keeps the order, and ends with the error', async () => {
    const line = channel<number>(2);
    let pushed = 0;
    const producer = (async () => {
      for (let item = 1; item <= 5; item += 1) {
        await line.push(item);
        pushed = item;
      }
      line.close(new Error('over'));
    })();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(pushed, 2);
    const seen: number[] = [];
    await assert.rejects(async () => {
      for await (const item of line.read()) seen.push(item);
    }, /over/);
    assert.deepEqual(seen, [1, 2, 3, 4, 5]);
    await producer;
  });

  it('lets producers go when the reader leaves', async () => {
    const line = channel<number>(1);
    await line.push(1);
    const blocked = line.push(2);
    for await (const _ of line.read()) break;
    await blocked;
    await line.push(3);
  });
});

function container(state: Partial<InspectedContainer['State']>, restarts = 0, memory = 0): InspectedContainer {
  return {
    ...{ Id: 'x', Name: '/x', Created: '', Image: '', RestartCount: restarts, Config: { Image: '', Env: [], Labels: {}, Tty: false } },
    State: {
      ...{ Status: 'running', Running: true, Restarting: false, OOMKilled: false, ExitCode: 0, Error: '', StartedAt: '', FinishedAt: '' },
      ...state,
    },
    HostConfig: {
      ...{ NetworkMode: '', RestartPolicy: { Name: '' }, PortBindings: {}, Memory: memory, MemoryReservation: 0, NanoCpus: 0 },
    },
  };
}

describe('judging containers', () => {
  it('waits for a slow start, fails after its window, gives up after three restarts', () => {
    const sick = { Health: { Status: 'unhealthy', Log: [] } };
    assert.equal(verdictOf(container({}), false), 'ready');
    assert.equal(verdictOf(container(sick), false), 'waiting');
    assert.equal(verdictOf(container(sick), true), 'failed');
    assert.equal(verdictOf(container({ Running: false, Restarting: true }, 1), false), 'waiting');
    assert.equal(verdictOf(container({}, 3), false), 'failed');
    assert.equal(verdictOf(container({ Running: false, Status: 'exited' }), false), 'failed');
  });

  it('tells why', () => {
    assert.equal(
      judge(container({ OOMKilled: true, Running: false, ExitCode: 137 }, 1, 2 ** 26), 'x on h', undefined).kind,
      'out-of-memory',
    );
    assert.match(
      judge(container({ Running: false, ExitCode: 127 }), 'x on h', undefined).summary,
      /command was not found with exit code 127/,
    );
    assert.equal(judge(container({ Health: { Status: 'unhealthy', Log: [{ ExitCode: 1, Output: '404' }] } }), 'x on h', 9).kind, 'probe');
    assert.equal(imageFault(image, 'h', 'unauthorized: authentication required').kind, 'image-unauthorized');
  });
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { diagnose } from '../../client/src/docker/diagnose.ts';
import type { DiagnosisStep } from '../../client/src/ports.ts';
import type { DockerHost } from '../../server/src/protocol.ts';
import { makeCertificates } from '../bench/certificates.ts';
import type { EngineHandle } from '../bench/engine.ts';
import { bench, unavailable } from '../bench/shared.ts';
import { tlsHost, unixHost } from './dockerBench.ts';

const skip = unavailable('engine', 'registry', 'build-engine');
const signal = new AbortController().signal;

describe('Diagnose Host', { skip, timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-diagnose-'));
  let new29: EngineHandle;
  let old: EngineHandle;
  let registry: string;
  before(async () => {
    [new29, old] = await Promise.all([bench().engine('29'), bench().engine('20.10')]);
    registry = (await bench().registry()).host;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function steps(host: DockerHost): Promise<readonly DiagnosisStep[]> {
    const seen: DiagnosisStep[] = [];
    const fine = await diagnose(host, undefined, (step) => seen.push(step), signal);
    assert.equal(
      fine,
      seen.every(({ ok }) => ok),
    );
    return seen;
  }
  const names = (seen: readonly DiagnosisStep[]) => seen.map(({ name, ok }) => `${ok ? '' : 'not '}${name}`);

  it('goes the whole way over TLS and over a socket, on both engines', async () => {
    for (const engine of [new29, old]) {
      const seen = await steps(tlsHost(engine));
      assert.deepEqual(names(seen), ['address', 'name', 'route', 'TLS', 'API', 'permissions', 'builds', 'disk']);
      assert.match(seen[3]?.detail ?? '', /^TLSv1\.[23], certificate of .+ by .+, \d+ more days$/);
      assert.match(seen[4]?.detail ?? '', /^Docker Engine \S+, API 1\.\d+, linux\/amd64$/);
      assert.match(seen[7]?.detail ?? '', /^\d+\.\d GB of build cache, \d+\.\d GB of images$/);
      assert.deepEqual(names(await steps(unixHost(engine))), ['address', 'name', 'API', 'permissions', 'builds', 'disk']);
    }
  });

  it('stops at the step that fails, and says what to do', async () => {
    const foreign = await makeCertificates(folder, ['IP:127.0.0.1'], 'another authority');
    const own = tlsHost(new29);
    const files = own.tls;
    assert.ok(files && 'ca' in files);
    const file = join(folder, 'no-socket');
    writeFileSync(file, '');
    const cases: readonly (readonly [Partial<DockerHost>, string, RegExp])[] = [
      [{ host: 'tcp://h' }, 'address', /without TLS/],
      [{ host: 'tcp://no-such-host.invalid:2376', tls: files }, 'name', /name/],
      [{ host: 'tcp://127.0.0.1:1', tls: files }, 'route', /nothing listens/],
      [{ host: own.host, tls: { ...files, ca: foreign.ca } }, 'TLS', /not the given one/],
      [{ host: own.host, tls: { ca: '/nowhere' } }, 'TLS', /\/nowhere cannot be read/],
      [{ host: `tcp://${registry}` }, 'API', /no Docker Engine/],
      [{ host: `unix://${file}` }, 'name', /no socket/],
      [{ host: 'unix:///nowhere.sock' }, 'name', /no such socket/],
    ];
    for (const [host, name, words] of cases) {
      const seen = await steps({ name: 'x', labels: {}, host: '', ...host });
      const last = seen.at(-1);
      assert.deepEqual([last?.name, last?.ok], [name, false], JSON.stringify(seen));
      assert.match(last?.detail ?? '', words);
      assert.ok((last?.advice ?? '').length > 10);
    }
  });
});

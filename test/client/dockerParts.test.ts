import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAddress } from '../../client/src/docker/address.ts';
import { buildkitProgress } from '../../client/src/docker/buildkitProgress.ts';
import { hiding, lineIn, stepOutput } from '../../client/src/docker/buildReport.ts';
import { classicProgress } from '../../client/src/docker/classicProgress.ts';
import { demultiplexer } from '../../client/src/docker/demultiplex.ts';
import { stepLines } from '../../client/src/docker/dockerfileSteps.ts';
import { jsonLines, lines } from '../../client/src/docker/lines.ts';
import { frameLines, terminalLines } from '../../client/src/docker/logs.ts';
import { sshArguments } from '../../client/src/docker/sshStream.ts';
import { decodeTrace } from '../../client/src/docker/trace.ts';
import { compareVersions } from '../../client/src/docker/version.ts';
import { bytesField, numberField } from '../../client/src/docker/wire.ts';
import { isWaybillError } from '../../client/src/errors.ts';
import type { BuildEvent } from '../../client/src/ports.ts';

function* inPieces(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function* streamed(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  yield* inPieces(bytes, size);
}

describe('addresses of engines', () => {
  const host = (address: string, more = {}) => parseAddress({ name: 'h', host: address, labels: {}, ...more });

  it('reads the four forms', () => {
    assert.deepEqual(host('unix:///run/docker.sock'), { kind: 'unix', path: '/run/docker.sock' });
    assert.deepEqual(host('tcp://127.0.0.1:2375'), { kind: 'tcp', host: '127.0.0.1', port: 2375 });
    assert.deepEqual(host('tcp://[::1]:9'), { kind: 'tcp', host: '::1', port: 9 });
    assert.equal(host('tcp://build-1.example.com', { tls: { ca: '/ca.pem' } }).kind, 'tls');
    assert.deepEqual(host('ssh://dev@build-1:2222'), { kind: 'ssh', host: 'build-1', port: 2222, user: 'dev' });
  });

  it('refuses tcp without TLS unless the host is this machine or it is allowed in words (S17)', () => {
    assert.throws(() => host('tcp://10.0.0.1:2375'), /without TLS/);
    assert.throws(() => host('tcp://127.0.0.1.example.com:2375'), /without TLS/);
    assert.equal(host('tcp://10.0.0.1:2375', { insecure: true }).kind, 'tcp');
  });

  it('lets nothing through that ssh could take for an option (S18)', () => {
    for (const bad of [
      'ssh://-oProxyCommand=x',
      'ssh://-l@h',
      'ssh://a@-h',
      'ssh://a:pw@h',
      'ssh://a@h/path',
      'ssh://a%20b@h',
      'ftp://h',
      'h:1',
    ]) {
      assert.throws(
        () => host(bad),
        (error) => isWaybillError(error) && error.waybill === 'configuration',
        bad,
      );
    }
    const words = sshArguments({ kind: 'ssh', host: 'h', port: 22, user: 'u' });
    assert.deepEqual(words.slice(-9), ['-p', '22', '-l', 'u', '--', 'h', 'docker', 'system', 'dial-stdio']);
    assert.ok(words.includes('StrictHostKeyChecking=yes') && words.includes('BatchMode=yes'));
  });

  it('orders API versions by number', () => {
    assert.ok(compareVersions('1.9', '1.41') < 0 && compareVersions('1.56', '1.41') > 0 && compareVersions('1.41', '1.41') === 0);
  });
});

describe('streams of an engine', () => {
  const frame = (source: number, text: string): Buffer => {
    const head = Buffer.alloc(8);
    head[0] = source;
    head.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([head, Buffer.from(text)]);
  };

  it('takes frames apart wherever chunks end', () => {
    const all = Buffer.concat([frame(1, 'öne\n'), frame(2, ''), frame(2, 'two\n'), frame(1, 'x'.repeat(300))]);
    for (let size = 1; size < 320; size += 3) {
      const parts = demultiplexer(false);
      const frames = [...inPieces(all, size)].flatMap((piece) => parts.push(piece));
      assert.deepEqual(
        frames.map(({ source, bytes }) => [source, bytes.toString()]),
        [
          ['stdout', 'öne\n'],
          ['stderr', ''],
          ['stderr', 'two\n'],
          ['stdout', 'x'.repeat(300)],
        ],
      );
      assert.deepEqual(parts.end(), []);
    }
  });

  it('gives what came of a frame that is cut off, and a terminal as it is', () => {
    const cut = demultiplexer(false);
    assert.deepEqual(cut.push(frame(2, 'hello').subarray(0, 10)), []);
    assert.equal(cut.end()[0]?.bytes.toString(), 'he');
    assert.equal(demultiplexer(true).push(Buffer.from('raw'))[0]?.bytes.toString(), 'raw');
  });

  it('joins the records of a long line, keeps both sources apart, and splits no character', () => {
    const lineOf = frameLines();
    const umlaut = Buffer.from('ü');
    const record = (text: Buffer | string, time = 'T1') => ({
      source: 'stdout' as const,
      bytes: Buffer.concat([Buffer.from(`${time} `), Buffer.from(text)]),
    });
    assert.deepEqual(lineOf.push(record(Buffer.concat([Buffer.from('a'), umlaut.subarray(0, 1)]))), []);
    assert.deepEqual(lineOf.push({ source: 'stderr', bytes: Buffer.from('T2 e\r\n') }), [{ source: 'stderr', time: 'T2', text: 'e' }]);
    assert.deepEqual(lineOf.push(record(Buffer.concat([umlaut.subarray(1), Buffer.from('b c\n')]), 'T3')), [
      { source: 'stdout', time: 'T1', text: 'aüb c' },
    ]);
    const terminal = terminalLines();
    assert.deepEqual(terminal.push({ source: 'stdout', bytes: Buffer.from('T1 a b\r\nT2 c') }), [
      { source: 'stdout', time: 'T1', text: 'a b' },
    ]);
    assert.deepEqual(terminal.end(), [{ source: 'stdout', time: 'T2', text: 'c' }]);
  });

  it('reads lines and values whatever the chunks', async () => {
    const text = Buffer.from('{"a":"ü😀"}\r\n\nnot json\n{"b":1}');
    for (const size of [1, 2, 3, 7, 100]) {
      const found: unknown[] = [];
      for await (const value of jsonLines(streamed(text, size))) found.push(value);
      assert.deepEqual(found, [{ a: 'ü😀' }, { stream: 'not json\n' }, { b: 1 }]);
    }
    const plain: string[] = [];
    for await (const line of lines(streamed(Buffer.from('a\r\n\nb'), 1))) plain.push(line);
    assert.deepEqual(plain, ['a', '', 'b']);
  });
});

describe('lines of a Dockerfile', () => {
  const text = `# syntax=x
ARG BASE=a/b:1
FROM \${BASE} AS build
RUN a \\
  # comment

  && b
COPY <<EOF /x
RUN not an instruction
EOF
WORKDIR /w
ENV A=b
RUN c

FROM scratch
COPY --from=build /x /
FROM build
RUN d
`;

  it("finds BuildKit's steps by stage and number", () => {
    const found = stepLines(text);
    assert.equal(found.ofVertex('[build 1/5] FROM docker.io/a/b:1'), 3);
    assert.equal(found.ofVertex('[build 2/5] RUN a   && b'), 4);
    assert.equal(found.ofVertex('[build 3/5] COPY <<EOF /x'), 8);
    assert.equal(found.ofVertex('[build 4/5] WORKDIR /w'), 11);
    assert.equal(found.ofVertex('[linux/amd64 build 5/5] RUN c'), 13);
    assert.equal(found.ofVertex('[stage-1 1/1] COPY --from=build /x /'), 16);
    assert.equal(found.ofVertex('[stage-2 1/1] RUN d'), 18);
    assert.equal(found.ofVertex('[internal] load metadata for docker.io/a/b:1'), 3);
    assert.equal(found.ofVertex('exporting to image'), undefined);
  });

  it('counts the triggers of a base, and steps without a stage name', () => {
    const found = stepLines('FROM base\nRUN a\nCOPY b c\n');
    assert.equal(found.ofVertex('[1/5] FROM base'), 1);
    assert.equal(found.ofVertex('[2/5] RUN trigger'), 1);
    assert.equal(found.ofVertex('[4/5] RUN a'), 2);
    assert.equal(found.ofVertex('[ 5/5] COPY b c'), 3);
  });

  it("finds the classic builder's steps and the lines that messages name", () => {
    assert.equal(stepLines(text).ofStep(7), 13);
    assert.equal(lineIn('dockerfile parse error line 2: unknown instruction: FOO'), 2);
    assert.equal(lineIn('dockerfile parse error on line 7: x'), 7);
    assert.equal(lineIn('Dockerfile:12\n-----'), 12);
    assert.equal(lineIn('exit code: 3'), undefined);
  });
});

describe('progress of a build', () => {
  const time = (seconds: number) => Buffer.concat([numberField(1, seconds), numberField(2, 500_000_000)]);
  const vertex = (parts: readonly Buffer[]) => bytesField(1, Buffer.concat(parts));

  it('decodes a BuildKit trace', () => {
    const trace = decodeTrace(
      Buffer.concat([
        vertex([
          bytesField(1, 'd1'),
          bytesField(2, 'd0'),
          bytesField(3, '[1/2] RUN ü'),
          bytesField(5, time(1_700_000_000)),
          bytesField(7, 'no'),
        ]),
        vertex([bytesField(1, 'd2'), numberField(4, 1), bytesField(6, time(3))]),
        bytesField(2, bytesField(1, 'status')),
        bytesField(3, Buffer.concat([bytesField(1, 'd1'), numberField(3, 1), bytesField(4, 'out\n')])),
        bytesField(4, Buffer.concat([bytesField(3, 'careful'), bytesField(7, bytesField(1, numberField(1, 9)))])),
      ]),
    );
    assert.deepEqual(trace.vertexes, [
      { digest: 'd1', name: '[1/2] RUN ü', cached: false, error: 'no', started: 1_700_000_000.5 },
      { digest: 'd2', name: '', cached: true, error: '', completed: 3.5 },
    ]);
    assert.deepEqual(
      trace.logs.map((log) => [log.vertex, log.text.toString()]),
      [['d1', 'out\n']],
    );
    assert.deepEqual(trace.warnings, [{ text: 'careful', line: 9 }]);
    assert.throws(() => decodeTrace(Buffer.from([0x0a, 0x7f])), /cut off/);
  });

  it('tells each state of a step once, hides secrets, and never takes silence for success', () => {
    const events: BuildEvent[] = [];
    const hide = hiding([Buffer.from('s3cr3t-value\n')]);
    const output = stepOutput((event) => events.push(event), hide);
    const progress = buildkitProgress((event) => events.push(event), output, stepLines('FROM scratch\nRUN x\n'), hide);
    const send = (message: Buffer) => progress.take({ id: 'moby.buildkit.trace', aux: message.toString('base64') });
    const started = vertex([bytesField(1, 'd'), bytesField(3, '[1/1] RUN x'), bytesField(5, time(1))]);
    send(started);
    send(started);
    send(bytesField(3, Buffer.concat([bytesField(1, 'd'), bytesField(4, 'it is s3cr')])));
    send(bytesField(3, Buffer.concat([bytesField(1, 'd'), bytesField(4, '3t-value!\nrest')])));
    send(vertex([bytesField(1, 'd'), bytesField(3, '[1/1] RUN x'), bytesField(5, time(1)), bytesField(6, time(2))]));
    assert.deepEqual(events, [
      { type: 'step', id: 'd', name: '[1/1] RUN x', state: 'started', line: 2 },
      { type: 'output', step: 'd', text: 'it is ***!\n' },
      { type: 'output', step: 'd', text: 'rest\n' },
      { type: 'step', id: 'd', name: '[1/1] RUN x', state: 'done', line: 2, seconds: 1 },
    ]);
    assert.equal(progress.outcome().id, undefined);
    progress.take({ id: 'moby.image.id', aux: { ID: 'sha256:1' } });
    assert.deepEqual(progress.outcome(), { id: 'sha256:1', error: undefined, line: undefined, output: [], cached: 0, ran: 1 });
  });

  it("understands the classic builder's words", () => {
    const events: BuildEvent[] = [];
    const output = stepOutput(
      (event) => events.push(event),
      (text) => text,
    );
    const progress = classicProgress(
      (event) => events.push(event),
      output,
      stepLines('FROM scratch\nCOPY a b\nRUN x\n'),
      (text) => text,
      () => 0,
    );
    for (const text of [
      'Step 1/3 : FROM scratch\n',
      ' ---> \n',
      'Step 2/3 : COPY a b\n',
      ' ---> Using cache\n',
      ' ---> 1\n',
      'Step 3/3 : RUN x\n',
      ' ---> Running in 1\n',
      'out\n',
    ]) {
      progress.take({ stream: text });
    }
    progress.take({ error: 'returned a non-zero code: 3', errorDetail: { code: 3, message: 'returned a non-zero code: 3' } });
    const outcome = progress.outcome();
    assert.deepEqual([outcome.line, outcome.output, outcome.cached, outcome.ran], [3, ['out'], 1, 1]);
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'step' ? [event.state] : [])),
      ['started', 'done', 'started', 'cached', 'started', 'failed'],
    );
  });
});

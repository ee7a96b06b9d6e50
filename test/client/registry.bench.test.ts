import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { before, describe, it } from 'node:test';
import type { RegistryCredential } from '../../client/src/ports.ts';
import { type OciRegistry, ociRegistry } from '../../client/src/registry/index.ts';
import { pushImage } from '../bench/images.ts';
import { type RegistryAddress, startRegistry } from '../bench/registry.ts';
import { account, bench, unavailable } from '../bench/shared.ts';
import { failureOf } from './dockerBench.ts';

const signal = new AbortController().signal;
const skip = unavailable('registry');

function reader(accounts: Readonly<Record<string, RegistryCredential>> = {}): OciRegistry {
  return ociRegistry({ credentials: { forRegistry: async (host) => accounts[host] } });
}

type Change = (request: IncomingMessage, response: ServerResponse, upstream: Response, body: Buffer) => void;

/** A proxy before a real registry that spoils its answers. */
async function spoiling(registry: RegistryAddress, change: Change): Promise<{ readonly host: string; [Symbol.dispose](): void }> {
  const server = createServer(async (request, response) => {
    const upstream = await fetch(`${registry.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { accept: request.headers.accept ?? '' },
    });
    const body = Buffer.from(await upstream.arrayBuffer());
    for (const name of ['content-type', 'docker-content-digest']) response.setHeader(name, upstream.headers.get(name) ?? '');
    response.statusCode = upstream.status;
    change(request, response, upstream, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { host: `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, [Symbol.dispose]: stop };
}

describe('registry', { skip, timeout: 60_000 }, () => {
  let registry: RegistryAddress;
  let closed: RegistryAddress;
  let digest: string;

  before(async () => {
    registry = await bench().registry();
    closed = await bench().registryWithAccount();
    digest = await pushImage(`${registry.host}/read/app:1`, { user: '1000', labels: { a: 'b' } });
    await pushImage(`${closed.host}/read/app:1`, {}, account);
  });

  it('gives the digest of a tag, nothing for one that is not there, and the configuration', async () => {
    const repository = `${registry.host}/read/app`;
    assert.equal(await reader().resolve(repository, '1', signal), digest);
    assert.equal(await reader().resolve(repository, digest, signal), digest);
    assert.equal(await reader().resolve(repository, 'none', signal), undefined);
    assert.equal(await reader().resolve(`${registry.host}/no/such`, '1', signal), undefined);
    const config = await reader().config({ repository, digest }, { os: 'linux', architecture: 'amd64' }, signal);
    assert.equal(config.config?.User, '1000');
    const missing = `sha256:${'0'.repeat(64)}`;
    const error = await failureOf(reader().layersOf({ repository, digest: missing }, { os: 'linux', architecture: 'amd64' }, signal));
    assert.deepEqual([error.waybill, error.message.includes(missing)], ['rejected', true]);
  });

  it('signs in where an account is given for exactly that host, and says so where not', async () => {
    const credential = { username: account.user, password: account.password };
    const repository = `${closed.host}/read/app`;
    assert.match((await reader({ [closed.host]: credential }).resolve(repository, '1', signal)) ?? '', /^sha256:/);
    const none = await failureOf(reader({ 'registry.example.com': credential }).resolve(repository, '1', signal));
    assert.deepEqual([none.waybill, /wants an account/.test(none.message)], ['unauthorized', true]);
    const wrong = await failureOf(reader({ [closed.host]: { username: 'x', password: 'wrong-pw' } }).resolve(repository, '1', signal));
    assert.deepEqual([wrong.waybill, wrong.message.includes('wrong-pw')], ['unauthorized', false]);
  });

  it('gets a token where the registry names a token service, with the account of the registry', async () => {
    const seen: string[] = [];
    using proxy = await spoiling(registry, (request, response, _upstream, body) => {
      if (request.url?.startsWith('/token')) {
        seen.push(`${request.headers.authorization} ${request.url}`);
        response.setHeader('content-type', 'application/json');
        response.statusCode = 200;
        response.end('{"token":"t0k3n"}');
      } else if (request.headers.authorization === 'Bearer t0k3n') response.end(body);
      else {
        response.statusCode = 401;
        response.setHeader(
          'www-authenticate',
          `Bearer realm="http://${request.headers.host}/token",service="s",scope="repository:read/app:pull"`,
        );
        response.end();
      }
    });
    const credential = { username: 'u', password: 'p' };
    assert.equal(await reader({ [proxy.host]: credential }).resolve(`${proxy.host}/read/app`, '1', signal), digest);
    assert.deepEqual(seen, [`Basic ${Buffer.from('u:p').toString('base64')} /token?service=s&scope=repository%3Aread%2Fapp%3Apull`]);
  });

  it('sends no account to a token service without TLS elsewhere', async () => {
    using proxy = await spoiling(registry, (_request, response) => {
      response.statusCode = 401;
      response.setHeader('www-authenticate', 'Bearer realm="http://203.0.113.1/token",service="s"');
      response.end();
    });
    const error = await failureOf(
      reader({ [proxy.host]: { username: 'u', password: 'p' } }).resolve(`${proxy.host}/read/app`, '1', signal),
    );
    assert.match(error.message, /not reached by TLS/);
  });

  it('refuses a registry that answers another digest: in the header, in the body, and by digest (S1, S23)', async () => {
    const spoiled = 'sha256:'.padEnd(71, 'f');
    using header = await spoiling(registry, (request, response, _upstream, body) => {
      if (request.method === 'HEAD') response.setHeader('docker-content-digest', spoiled);
      response.end(body);
    });
    using content = await spoiling(
      registry,
      (_request, response, _upstream, body) => void response.end(Buffer.concat([body, Buffer.from(' ')])),
    );
    using silent = await spoiling(registry, (_request, response, _upstream, body) => {
      response.removeHeader('docker-content-digest');
      response.end(Buffer.concat([body, Buffer.from(' ')]));
    });
    for (const [host, reference] of [
      [header.host, '1'],
      [content.host, '1'],
      [silent.host, digest],
    ] as const) {
      const error = await failureOf(reader().resolve(`${host}/read/app`, reference, signal));
      assert.deepEqual([error.waybill, /answers another digest/.test(error.message)], ['rejected', true], error.message);
    }
  });

  it('says that a registry is down, failing or slow', async () => {
    const gone = await startRegistry();
    await gone.stop();
    const down = await failureOf(reader().resolve(`${gone.host}/a/b`, '1', signal));
    assert.deepEqual([down.waybill, /nothing listens there/.test(down.message)], ['unreachable', true], down.message);
    using failing = await spoiling(registry, (_request, response) => {
      response.statusCode = 503;
      response.end('down for maintenance');
    });
    const answer = await failureOf(reader().resolve(`${failing.host}/a/b`, '1', signal));
    assert.deepEqual([answer.waybill, /answers 503/.test(answer.message)], ['unreachable', true]);
    using hanging = await spoiling(registry, () => undefined);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    assert.equal((await failureOf(reader().resolve(`${hanging.host}/a/b`, '1', stop.signal))).waybill, 'cancelled');
  });
});

import type { IncomingHttpHeaders } from 'node:http';
import type { DockerHost } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { EngineVersion } from '../ports.ts';
import { answerFault, place } from './faults.ts';

/** The newest and the oldest Engine API that Waybill speaks. */
const newest = '1.56';
const oldest = '1.40';

/** What was agreed with an engine: `api` goes into every path. */
export interface Spoken {
  readonly api: string;
  readonly engine: EngineVersion;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** Agrees on the API version: `GET /_ping` says the engine's newest, `GET /version` its oldest (Engine API, "Versioned API"). */
export async function negotiate(host: DockerHost, get: (path: string) => Promise<Answer>): Promise<Spoken> {
  const ping = await get('/_ping');
  if (ping.status !== 200 && ping.status !== 404) throw answerFault(host, ping.status, ping.bytes.toString('utf8').trim());
  const theirs = header(ping, 'api-version');
  if (!/^\d+\.\d+$/.test(theirs)) {
    throw fail('unreachable', `What answers at ${host.host} is no Docker Engine.`, 'Correct the address of this host.');
  }
  const api = compareVersions(theirs, newest) < 0 ? theirs : newest;
  if (compareVersions(api, oldest) < 0) {
    throw fail(
      'rejected',
      `${place(host)} speaks API ${theirs}; Waybill needs ${oldest} at least.`,
      'Use Docker Engine 19.03 or later there.',
    );
  }
  const version = await get('/version');
  if (version.status !== 200) throw answerFault(host, version.status, version.bytes.toString('utf8').trim());
  const said = JSON.parse(version.bytes.toString('utf8')) as Readonly<Record<string, string | undefined>>;
  if (compareVersions(said.MinAPIVersion ?? '1.12', newest) > 0) {
    throw fail('rejected', `${place(host)} wants API ${said.MinAPIVersion} at least; Waybill speaks ${newest}.`, 'Update Waybill.');
  }
  const os = said.Os ?? header(ping, 'ostype');
  return {
    api,
    engine: {
      version: said.Version ?? 'unknown',
      apiVersion: theirs,
      os,
      arch: said.Arch ?? 'unknown',
      // 20.10 says nothing unless configured and has BuildKit; `1` means that it was switched off.
      buildkit: os === 'linux' && header(ping, 'builder-version') !== '1',
    },
  };
}

function header(answer: Answer, name: string): string {
  const value = answer.headers[name];
  return typeof value === 'string' ? value : '';
}

/** Orders `1.9` before `1.41`. */
export function compareVersions(left: string, right: string): number {
  const [a = 0, b = 0] = left.split('.').map(Number);
  const [c = 0, d = 0] = right.split('.').map(Number);
  return a - c || b - d;
}

/** BuildKit's own API is used from Engine 25 on (BuildKit 0.12); before that the context goes as an archive to `POST /build`. */
export function speaksSolve(version: EngineVersion): boolean {
  return version.buildkit && compareVersions(version.apiVersion, '1.44') >= 0;
}

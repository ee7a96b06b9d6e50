import { fail, type WaybillError } from '../errors.ts';
import type { Credentials, PushEvent, PushResult } from '../ports.ts';
import { registryHostOf } from '../registry/reference.ts';
import { errorIn } from './buildReport.ts';
import type { DockerConnection } from './connection.ts';
import { imagePath } from './images.ts';
import { jsonLines } from './lines.ts';
import { registryAuth } from './registryAuth.ts';

/** What became of a layer, counted once each. */
interface Layer {
  end: 'pushed' | 'mounted' | 'existing' | undefined;
  bytes: number;
}

/**
 * Pushes a tag and gives the digest that the registry answered with. Errors come in the stream, not as a status: `unauthorized`,
 * `rejected`.
 */
export async function pushImage(
  connection: DockerConnection,
  credentials: Credentials,
  image: { readonly repository: string; readonly tag: string },
  report: (event: PushEvent) => void,
  signal: AbortSignal,
): Promise<PushResult> {
  const { repository, tag } = image;
  const headers = { 'X-Registry-Auth': await registryAuth(credentials, repository, signal) };
  const stream = await connection.stream('POST', `/images/${imagePath(repository)}/push`, { query: { tag }, headers }, signal);
  const layers = new Map<string, Layer>();
  let digest: string | undefined;
  let error: string | undefined;
  for await (const value of jsonLines(stream.body)) {
    error ??= errorIn(value);
    digest = digestIn(value) ?? digest;
    const event = eventIn(value);
    if (!event) continue;
    count(layers, event);
    report(event);
  }
  if (error !== undefined) throw pushFault(repository, tag, error);
  if (digest === undefined) {
    throw fail(
      'rejected',
      `The push of ${repository}:${tag} ended without a digest.`,
      'Push again; if it stays so, look into the log of the engine.',
    );
  }
  const ends = [...layers.values()];
  const of = (end: Layer['end']) => ends.filter((layer) => layer.end === end);
  return {
    digest,
    pushed: of('pushed').length,
    mounted: of('mounted').length,
    existing: of('existing').length,
    bytes: of('pushed').reduce((sum, layer) => sum + layer.bytes, 0),
  };
}

function digestIn(value: Readonly<Record<string, unknown>>): string | undefined {
  const aux = value.aux;
  if (typeof aux === 'object' && aux !== null && 'Digest' in aux && typeof aux.Digest === 'string') return aux.Digest;
  // The containerd image store of newer engines says it in words only.
  return typeof value.status === 'string' ? /: digest: (sha256:[0-9a-f]{64}) size: \d+$/.exec(value.status)?.[1] : undefined;
}

function eventIn(value: Readonly<Record<string, unknown>>): PushEvent | undefined {
  if (typeof value.id !== 'string' || typeof value.status !== 'string') return undefined;
  const detail = typeof value.progressDetail === 'object' && value.progressDetail !== null ? value.progressDetail : {};
  const current = 'current' in detail && typeof detail.current === 'number' ? { current: detail.current } : {};
  const total = 'total' in detail && typeof detail.total === 'number' ? { total: detail.total } : {};
  return { layer: value.id, status: value.status, ...current, ...total };
}

function count(layers: Map<string, Layer>, event: PushEvent): void {
  const layer = layers.get(event.layer) ?? { end: undefined, bytes: 0 };
  layers.set(event.layer, layer);
  layer.bytes = Math.max(layer.bytes, event.current ?? 0);
  if (event.status === 'Pushed') layer.end = 'pushed';
  else if (event.status.startsWith('Mounted from')) layer.end = 'mounted';
  else if (/already exists/i.test(event.status)) layer.end = 'existing';
}

function pushFault(repository: string, tag: string, message: string): WaybillError {
  const host = registryHostOf(repository);
  if (/unauthorized|authentication required|no basic auth|denied|authorization failed|401|403/i.test(message)) {
    return fail(
      'unauthorized',
      `${host} does not let us push ${repository}:${tag}: ${message}`,
      `Sign in with \`docker login ${host}\` using an account that may push.`,
    );
  }
  if (/connection refused|no such host|i\/o timeout|dial tcp|connection reset/i.test(message)) {
    return fail(
      'unreachable',
      `The engine cannot reach ${host}: ${message}`,
      'Check that the registry runs and that the builder can reach it.',
    );
  }
  if (/toomanyrequests|too many requests|429/i.test(message)) {
    return fail(
      'rejected',
      `${host} takes no more requests for now: ${message}`,
      'Wait some minutes and push again; its log says what the limit is.',
    );
  }
  if (/\b50\d\b|internal server error|service unavailable|bad gateway/i.test(message)) {
    return fail(
      'unreachable',
      `${host} failed while ${repository}:${tag} was pushed: ${message}`,
      'Look into the log of the registry, and push again.',
    );
  }
  return fail('rejected', `The push of ${repository}:${tag} failed: ${message}`, 'See the message of the engine or registry.');
}

import { basename } from 'node:path';
import { isWaybillError } from '../errors.ts';
import type { BuildOrder } from '../ports.ts';
import type { BuildProgress } from './buildReport.ts';
import type { Call } from './connection.ts';
import { archiveContext } from './contextArchive.ts';
import type { BuildContext } from './contextFiles.ts';
import { type Running, type Sources, withFiles } from './fileSession.ts';
import { jsonLines } from './lines.ts';
import { registryConfig } from './registryAuth.ts';

/** Builds with BuildKit by `POST /build`, whose context comes over a session (`remote=client-session`), for engines without its own API. */
export async function buildBySession(running: Running, sources: Sources, progress: BuildProgress): Promise<void> {
  const { order, connection } = running;
  const date = String(Math.floor(order.sourceDate.getTime() / 1000));
  const args = { SOURCE_DATE_EPOCH: date, ...inlineCache(order), ...order.spec.args };
  await withFiles(running, sources, async (session, signal) => {
    const query = { ...queryOf(order, basename(order.spec.dockerfile), args), version: '2', session, remote: 'client-session' };
    const stream = await connection.stream('POST', '/build', { query }, signal);
    for await (const value of jsonLines(stream.body)) progress.take(value);
  });
}

/** Builds with the classic builder: the context goes as an archive with the request. */
export async function buildByArchive(running: Running, context: BuildContext, text: string, progress: BuildProgress): Promise<void> {
  const { order, ports, signal } = running;
  const config = await registryConfig(ports.credentials, text, order.spec.args, signal);
  const call: Call = { query: queryOf(order, context.dockerfile, order.spec.args), headers: { 'X-Registry-Config': config } };
  const archive = archiveContext(context, order.sourceDate);
  let broken: unknown;
  archive.done.catch((error: unknown) => {
    // The engine would only say that the archive ended early. An archive that was closed from outside is not to blame.
    if (isWaybillError(error)) broken = error;
  });
  try {
    const stream = await running.connection.stream('POST', '/build', { ...call, source: archive.stream }, running.signal);
    for await (const value of jsonLines(stream.body)) progress.take(value);
  } catch (error) {
    throw broken ?? error;
  } finally {
    archive.stream.destroy();
  }
}

/** Query of `POST /build` (Engine API, ImageBuild). */
function queryOf(order: BuildOrder, dockerfile: string, args: Readonly<Record<string, string>>): NonNullable<Call['query']> {
  return {
    t: order.tags,
    dockerfile,
    target: order.spec.target,
    platform: order.spec.platforms[0],
    buildargs: args,
    labels: { ...order.spec.labels, ...order.labels },
    // A list in JSON, unlike `t`.
    cachefrom: order.spec.cache ? JSON.stringify(order.spec.cache.from) : undefined,
    rm: true,
    forcerm: true,
  };
}

/** How `POST /build` is asked for a cache inside of the image. */
function inlineCache({ spec }: BuildOrder): Readonly<Record<string, string>> {
  return spec.cache?.inline ? { BUILDKIT_INLINE_CACHE: '1' } : {};
}

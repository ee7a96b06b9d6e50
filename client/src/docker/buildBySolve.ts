import { basename } from 'node:path';
import type { BuildOrder } from '../ports.ts';
import { cachesOf, extraAttributes } from './buildExtras.ts';
import type { BuildkitProgress } from './buildkitProgress.ts';
import type { Attestations } from './demands.ts';
import { type Running, type Sources, withFiles } from './fileSession.ts';
import { solve } from './solve.ts';

/** Builds over BuildKit's own API, `Control/Solve`. */
export async function buildBySolve(
  running: Running,
  sources: Sources,
  attestations: Attestations,
  progress: BuildkitProgress,
): Promise<void> {
  const { connection, order } = running;
  await withFiles(running, sources, async (session, signal) => {
    const attributes = { ...attributesOf(order), ...extraAttributes(order.spec, attestations) };
    const wanted = { session, attributes, tags: order.tags, caches: cachesOf(order.spec) };
    const { id, error } = await solve(connection, wanted, progress.takeTrace, signal);
    progress.take(error === undefined ? { id: 'moby.image.id', aux: { ID: id } } : { errorDetail: { message: error } });
  });
}

/** github.com/moby/buildkit/frontend/dockerui. */
function attributesOf({ spec, labels, sourceDate }: BuildOrder): Record<string, string> {
  const args = { SOURCE_DATE_EPOCH: String(Math.floor(sourceDate.getTime() / 1000)), ...spec.args };
  return {
    filename: basename(spec.dockerfile),
    'image-resolve-mode': 'default',
    ...(spec.target === undefined ? {} : { target: spec.target }),
    ...(spec.platforms[0] === undefined ? {} : { platform: spec.platforms[0] }),
    ...prefixed('build-arg:', args),
    ...prefixed('label:', { ...spec.labels, ...labels }),
  };
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}

import type { CacheCleaning, EngineUsage } from '../ports.ts';
import type { DockerConnection } from './connection.ts';

/** What `GET /system/df` says that is used here: lists before API 1.52, sums from then on (Engine API, SystemDataUsage). */
interface DiskUsage {
  readonly LayersSize?: number;
  readonly ImageUsage?: { readonly TotalSize?: number };
  readonly BuildCache?: readonly { readonly Size?: number; readonly InUse?: boolean; readonly Shared?: boolean }[] | null;
  readonly BuildCacheUsage?: { readonly TotalSize?: number; readonly Reclaimable?: number };
}

/** Half a minute: an engine with many images walks through all of them. */
const seconds = 30;

/** What images and build cache take on an engine. Slow on a full one: asked only when somebody wants to know. */
export async function diskUsage(connection: DockerConnection, signal: AbortSignal): Promise<EngineUsage> {
  const usage = await connection.json<DiskUsage>('GET', '/system/df', { seconds }, signal);
  const records = usage.BuildCache ?? [];
  const sum = (some: typeof records) => some.reduce((total, { Size = 0 }) => total + Size, 0);
  return {
    images: usage.ImageUsage?.TotalSize ?? usage.LayersSize ?? 0,
    cache: usage.BuildCacheUsage?.TotalSize ?? sum(records.filter(({ Shared }) => !Shared)),
    reclaimable: usage.BuildCacheUsage?.Reclaimable ?? sum(records.filter(({ InUse, Shared }) => !InUse && !Shared)),
  };
}

/** Removes build cache that nothing uses (`POST /build/prune`); answers the bytes that became free. Images and containers stay. */
export async function cleanCache(connection: DockerConnection, cleaning: CacheCleaning, signal: AbortSignal): Promise<number> {
  const query = {
    all: true,
    // Engines with API 1.48 and later know it by another name too, and take this one.
    'keep-storage': cleaning.keep,
    filters: cleaning.olderThan === undefined ? undefined : { until: [`${cleaning.olderThan}s`] },
  };
  const answer = await connection.json<{ readonly SpaceReclaimed?: number }>('POST', '/build/prune', { query, seconds: 600 }, signal);
  return answer.SpaceReclaimed ?? 0;
}

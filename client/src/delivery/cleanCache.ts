import type { BuilderMember, BuilderPool } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { EngineUsage, Ports } from '../ports.ts';

/** What cleaning a builder's cache would do, for the user to say yes to. */
export interface CleaningPlan {
  readonly member: string;
  readonly usage: EngineUsage;
  /** `everything that is not in use`, or what stays. */
  readonly what: string;
}

/**
 * Removes build cache that nothing uses from a member of a pool, within the pool's `cleanup`. Nothing is removed without `confirm`.
 * Answers the bytes that became free; undefined when it was not confirmed.
 */
export async function cleanBuildCache(
  ports: Pick<Ports, 'engines'>,
  { pool, member }: { readonly pool: BuilderPool; readonly member: BuilderMember },
  confirm: (plan: CleaningPlan) => Promise<boolean>,
  signal: AbortSignal,
): Promise<number | undefined> {
  const engine = ports.engines.open(member);
  try {
    const usage = await engine.usage(signal);
    if (usage.reclaimable === 0) {
      throw fail('refused', `\`${pool.name}/${member.name}\` has no build cache that is not in use.`, 'There is nothing to clean.');
    }
    if (!(await confirm({ member: `${pool.name}/${member.name}`, usage, what: whatGoes(pool.cleanup) }))) return undefined;
    return await engine.cleanCache(pool.cleanup ?? {}, signal);
  } finally {
    engine.close();
  }
}

function whatGoes(cleanup: BuilderPool['cleanup']): string {
  const older = cleanup?.olderThan === undefined ? '' : ` and is older than ${Math.round(cleanup.olderThan / 3600)} hours`;
  const keep = cleanup?.keep === undefined ? '' : `; ${(cleanup.keep / 1e9).toFixed(1)} GB stay`;
  return `Cache that nothing uses${older} goes${keep}. Images and containers stay; the next builds have to make anew what went.`;
}

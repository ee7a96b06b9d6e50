import { createHash } from 'node:crypto';
import type { BuilderMember, BuilderPool, BuildSpec } from '../../../server/src/protocol.ts';
import { fail, isCancelled, isWaybillError } from '../errors.ts';
import type { BuilderQueue, Clock, Engine, Engines, Seat, SeatRequest } from '../ports.ts';
import { closest } from './closest.ts';
import type { Report } from './events.ts';

export interface Attempt {
  readonly member: string;
  readonly message: string;
}

export interface Candidates {
  readonly members: readonly BuilderMember[];
  /** Why the others are out, one line each. */
  readonly excluded: readonly Attempt[];
}

/** How long a daemon may take to say what it is before the next one is asked; milliseconds. */
const patience = 3_000;
/** The same of the last one left: nobody is asked after it, so that a busy machine gets its time. */
const lastPatience = 15_000;

/** The members that may build `spec`, best first. A member that was named wins, if only it is in the pool. */
export function candidates(pool: BuilderPool, spec: BuildSpec, named?: string): Candidates {
  if (named !== undefined) return { members: [namedMember(pool, named)], excluded: [] };
  const excluded: Attempt[] = [];
  const members = pool.members.filter((member) => {
    const why = unfit(member, spec);
    if (why) excluded.push({ member: member.name, message: why });
    return !why;
  });
  return { members: byAffinity(members, affinityKey(spec)), excluded };
}

function namedMember(pool: BuilderPool, named: string): BuilderMember {
  const member = pool.members.find((candidate) => candidate.name === named);
  if (member) return member;
  const near = closest(
    named,
    pool.members.map((candidate) => candidate.name),
  );
  const advice = near ? `Did you mean \`${near}\`?` : `Members: ${pool.members.map((candidate) => `\`${candidate.name}\``).join(', ')}.`;
  throw fail('configuration', `Pool \`${pool.name}\` has no builder \`${named}\`.`, advice);
}

function unfit(member: BuilderMember, spec: BuildSpec): string | undefined {
  if (member.draining) return 'is draining';
  const label = Object.entries(spec.selector).find(([name, value]) => member.labels[name] !== value);
  if (label) return `has not the label \`${label[0]}: ${label[1]}\``;
  const architecture = member.labels.arch;
  if (
    architecture &&
    !spec.anyPlatform &&
    spec.platforms.length > 0 &&
    !spec.platforms.every((platform) => platform.split('/')[1] === architecture)
  ) {
    return `builds ${architecture}, not ${spec.platforms.join(', ')}`;
  }
  return undefined;
}

/** All builds of one service on one base meet the same warm layers. */
export function affinityKey(spec: BuildSpec): string {
  return `${spec.repository}\n${spec.base?.image.digest ?? ''}`;
}

/**
 * Weighted rendezvous hashing: `-weight / ln(hash01)`, highest first; a member that goes away moves only its own keys.
 * Mosharaf et al., "Weighted rendezvous hashing"; IETF draft-ietf-bess-weighted-hrw.
 */
export function byAffinity(members: readonly BuilderMember[], key: string): readonly BuilderMember[] {
  const score = (member: BuilderMember) => -member.weight / Math.log(unitHash(`${key}\n${member.name}`));
  return [...members].sort((a, b) => score(b) - score(a) || a.name.localeCompare(b.name));
}

/** A number in (0, 1) from the first 52 bits of SHA-256. */
function unitHash(text: string): number {
  const bits = Number.parseInt(createHash('sha256').update(text).digest('hex').slice(0, 13), 16);
  return (bits + 0.5) / 2 ** 52;
}

export interface Chosen<T> {
  readonly value: T;
  readonly member: BuilderMember;
  readonly attempts: readonly Attempt[];
}

interface Choice {
  readonly pool: BuilderPool;
  readonly spec: BuildSpec;
  readonly named?: string | undefined;
}

/**
 * Runs `work` on the best member that has a seat and answers. Goes on to the next only while nothing has begun: when a member cannot be
 * reached, is of another platform, or loses the connection before the first build step. A build that fails is never tried elsewhere.
 */
export async function onBestBuilder<T>(
  ports: { readonly engines: Engines; readonly builders: BuilderQueue; readonly clock: Clock },
  choice: Choice,
  report: Report,
  signal: AbortSignal,
  work: (engine: Engine, member: BuilderMember, begun: () => void, signal: AbortSignal) => Promise<T>,
): Promise<Chosen<T>> {
  const { pool, spec } = choice;
  const stop = new AbortController();
  const limit = AbortSignal.any([signal, stop.signal]);
  const attempts: Attempt[] = [];
  const tried = new Set<string>();
  const began = ports.clock.now().getTime();
  for (;;) {
    const left = () => remaining(ports.builders, choice, tried).members;
    const waited = ports.clock.now().getTime() - began;
    const seat = await takeSeat(
      ports.builders,
      { ...seatRequest(choice, left, waited), cancel: () => stop.abort(stopped()) },
      report,
      limit,
    );
    if (!seat) break;
    const { member } = seat;
    const engine = ports.engines.open(member);
    let begun = false;
    try {
      await reach(engine, spec, left().length > 1 ? patience : lastPatience, limit);
      // Another window was quicker.
      if (!ports.builders.answered(member, await foreignBuilds(engine, ports.builders.load(member).running, limit))) continue;
      report({ type: 'stage', stage: 'builder', message: `building on ${pool.name}/${member.name}` });
      const value = await work(
        engine,
        member,
        () => {
          begun = true;
        },
        limit,
      );
      return { value, member, attempts };
    } catch (error) {
      if (begun || isCancelled(error) || limit.aborted || !mayTryNext(error)) throw error;
      ports.builders.failed(member);
      const attempt = { member: member.name, message: error.message };
      attempts.push(attempt);
      report({ type: 'attempt', ...attempt });
      tried.add(member.host);
    } finally {
      engine.close();
      seat.release();
    }
  }
  throw noBuilder(pool, [...attempts, ...remaining(ports.builders, choice, tried).excluded], attempts.length > 0);
}

/** By the pool's file as it is now. A member that was named and is not in it any more is out; at the first look that is an error. */
function remaining(builders: BuilderQueue, { pool, spec, named }: Choice, tried: ReadonlySet<string>): Candidates {
  const newest = builders.pool(pool.name) ?? pool;
  const gone = named !== undefined && newest !== pool && !newest.members.some(({ name }) => name === named);
  if (gone) return { members: [], excluded: [{ member: named, message: 'is not in the pool any more' }] };
  const { members, excluded } = candidates(newest, spec, named);
  return { members: members.filter(({ host }) => !tried.has(host)), excluded };
}

function stopped(): Error {
  return fail('cancelled', 'The build was cancelled.', 'Build again when you want it.');
}

function seatRequest({ pool, spec }: Choice, members: () => readonly BuilderMember[], waited: number): SeatRequest {
  const { name, policy, maxQueue } = pool;
  const patience = Math.max(0, pool.patience * 1000 - waited);
  return { pool: name, service: `${spec.product}/${spec.service}`, members, policy, patience, maxQueue };
}

async function takeSeat(builders: BuilderQueue, request: SeatRequest, report: Report, signal: AbortSignal): Promise<Seat | undefined> {
  let seated = false;
  const taken = builders.seat(request, signal).finally(() => {
    seated = true;
  });
  // A free seat is given at once; only a wait is worth a word.
  await Promise.race([taken, Promise.resolve().then(() => undefined)]);
  if (!seated) report({ type: 'stage', stage: 'queue', message: `waiting for a builder of ${request.pool}` });
  return await taken;
}

/** Builds of other windows and people, without those of ours; this one has not begun. An engine that does not tell has none. */
async function foreignBuilds(engine: Engine, seats: number, signal: AbortSignal): Promise<number> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  const active = await engine.activeBuilds(limit).catch(() => undefined);
  signal.throwIfAborted();
  return Math.max(0, (active ?? 0) - (seats - 1));
}

async function reach(engine: Engine, spec: BuildSpec, time: number, signal: AbortSignal): Promise<void> {
  const timeout = AbortSignal.timeout(time);
  const version = await engine.version(AbortSignal.any([signal, timeout])).catch((error: unknown) => {
    if (!timeout.aborted || signal.aborted) throw error;
    throw fail('unreachable', `\`${engine.name}\` did not answer within ${time / 1000} seconds.`, 'Check that the daemon runs.');
  });
  // Older builders do not tell when the base image is of another platform.
  if (spec.anyPlatform && version.buildkit && atLeast(version.apiVersion, 1, 44)) return;
  const own = `${version.os}/${architectureOf(version.arch)}`;
  const other = spec.platforms.find((platform) => platform.split('/').slice(0, 2).join('/') !== own);
  if (other) throw fail('unreachable', `\`${engine.name}\` is ${own} and does not build ${other}.`, 'Name a builder of that platform.');
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [first = 0, second = 0] = version.split('.').map(Number);
  return first > major || (first === major && second >= minor);
}

/** Daemons and kernels name architectures differently. */
function architectureOf(name: string): string {
  return { x86_64: 'amd64', aarch64: 'arm64' }[name] ?? name;
}

function mayTryNext(error: unknown): error is Error {
  return isWaybillError(error) && (error.waybill === 'unreachable' || error.waybill === 'unauthorized');
}

function noBuilder(pool: BuilderPool, why: readonly Attempt[], tried: boolean): Error {
  const list = why.map(({ member, message }) => `\`${member}\`: ${message.replace(/\.$/, '')}`).join('; ');
  const message = `No builder of pool \`${pool.name}\` can build this${list ? `: ${list}` : ', because it has no members'}.`;
  return tried
    ? fail('unreachable', message, 'Start one of the daemons, or name another pool in `build.pool`.')
    : fail('configuration', message, 'Change `build.pool`, `build.selector` or `build.platforms`, or add a builder that fits.');
}

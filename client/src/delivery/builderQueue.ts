import type { BuilderMember, BuilderPool } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { BuilderLoad, BuilderQueue, Clock, Seat, SeatedBuild, SeatRequest } from '../ports.ts';

/** So many failures in a row, and a member is left alone for so long (milliseconds, ± a fifth so that windows do not come back together). */
const failuresBeforePause = 3;
const pause = 60_000;
/** How long what a daemon tells of others' builds is believed; milliseconds. */
const belief = 5_000;

interface Member {
  running: number;
  /** Builds of others that the daemon told of, and until when that is believed. */
  foreign: number;
  foreignUntil: number;
  failures: number;
  pausedUntil: number;
}

interface Waiting {
  readonly request: SeatRequest;
  /** Beyond the first choice any member will do. */
  patient: boolean;
  /** Undefined: no member is left. */
  readonly take: (member: BuilderMember | undefined) => void;
}

interface Known {
  readonly request: SeatRequest;
  readonly since: number;
  /** Absent while it waits. */
  readonly member?: BuilderMember;
}

/**
 * The seats of this window's builders. A build waits for its first choice, where its layers are warm; when that takes longer than the pool's
 * patience, any member that may build it will do. Free seats go to the service with the fewest builds running, then to who came first.
 */
export function builderQueue(clock: Clock, random: () => number = Math.random): BuilderQueue {
  const members = new Map<string, Member>();
  const byService = new Map<string, number>();
  const listeners = new Set<() => void>();
  const builds = new Map<string, Known>();
  let pools = new Map<string, BuilderPool>();
  let waiting: Waiting[] = [];
  let last = 0;

  const of = (host: string): Member => {
    const known = members.get(host) ?? { running: 0, foreign: 0, foreignUntil: 0, failures: 0, pausedUntil: 0 };
    members.set(host, known);
    return known;
  };
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const foreignOn = (member: BuilderMember): number => (of(member.host).foreignUntil > clock.now().getTime() ? of(member.host).foreign : 0);
  const busy = (member: BuilderMember): number => of(member.host).running + foreignOn(member);
  const isFree = (member: BuilderMember): boolean => busy(member) < member.capacity;
  const waitingFor = (member: BuilderMember): number => waiting.filter(({ request }) => ranked(request)[0]?.host === member.host).length;

  /** Members that are left alone come last: better a try than a refusal. */
  function ranked({ members: choices, policy }: SeatRequest): readonly BuilderMember[] {
    const choice = choices();
    const now = clock.now().getTime();
    const open = choice.filter((member) => of(member.host).pausedUntil <= now);
    const rest = choice.filter((member) => of(member.host).pausedUntil > now);
    const byLoad = (a: BuilderMember, b: BuilderMember): number => busy(a) / a.capacity - busy(b) / b.capacity;
    return [...(policy === 'least-busy' ? [...open].sort(byLoad) : open), ...rest];
  }

  function note(known: Known): () => void {
    last += 1;
    const id = String(last);
    builds.set(id, known);
    return () => builds.delete(id);
  }

  function seatOn(member: BuilderMember, request: SeatRequest): Seat {
    const { service } = request;
    const forget = note({ request, since: clock.now().getTime(), member });
    of(member.host).running++;
    byService.set(service, (byService.get(service) ?? 0) + 1);
    let held = true;
    return {
      member,
      release() {
        if (!held) return;
        held = false;
        forget();
        of(member.host).running--;
        byService.set(service, (byService.get(service) ?? 1) - 1);
        settle();
      },
    };
  }

  /** Gives every free seat to who should have it next. */
  function settle(): void {
    for (let given = true; given; ) {
      given = false;
      const fair = [...waiting].sort((a, b) => (byService.get(a.request.service) ?? 0) - (byService.get(b.request.service) ?? 0));
      for (const one of fair) {
        const choice = ranked(one.request);
        const member = (one.patient ? choice.slice(0, 1) : choice).find(isFree);
        if (!member && choice.length > 0) continue;
        waiting = waiting.filter((other) => other !== one);
        one.take(member);
        given = true;
        break;
      }
    }
    tell();
  }

  function wait(request: SeatRequest, signal: AbortSignal): Promise<Seat | undefined> {
    return new Promise((done, failed) => {
      const stop = new AbortController();
      const forget = note({ request, since: clock.now().getTime() });
      const leave = (): void => {
        waiting = waiting.filter((other) => other !== one);
        forget();
        stop.abort();
        failed(signal.reason);
        tell();
      };
      const one: Waiting = {
        request,
        patient: request.policy === 'affinity',
        take(member) {
          signal.removeEventListener('abort', leave);
          forget();
          stop.abort();
          done(member && seatOn(member, request));
        },
      };
      waiting.push(one);
      signal.addEventListener('abort', leave, { once: true });
      const after = (milliseconds: number, then: () => void) => clock.sleep(milliseconds, stop.signal).then(then, () => undefined);
      void after(request.patience, () => {
        one.patient = false;
        settle();
      });
      const lookAgain = (): void => {
        settle();
        void after(belief, lookAgain);
      };
      // What was told of others' builds is forgotten by then.
      void after(belief, lookAgain);
      tell();
    });
  }

  return {
    async seat(request, signal) {
      signal.throwIfAborted();
      const choice = ranked(request);
      if (choice.length === 0) return undefined;
      const member = (request.policy === 'affinity' ? choice.slice(0, 1) : choice).find(isFree);
      if (member) {
        const seat = seatOn(member, request);
        tell();
        return seat;
      }
      refuseLongQueue(request, waiting.filter(({ request: { pool } }) => pool === request.pool).length);
      return await wait(request, signal);
    },
    follow(newest) {
      pools = new Map(newest.map((pool) => [pool.name, pool] as const));
      settle();
    },
    pool: (name) => pools.get(name),
    builds: () => [...builds].map(([id, known]) => seatedBuild(id, known, ranked(known.request)[0])),
    cancel: (id) => builds.get(id)?.request.cancel?.(),
    failed(member) {
      const state = of(member.host);
      state.failures++;
      if (state.failures >= failuresBeforePause) state.pausedUntil = clock.now().getTime() + pause * (0.8 + 0.4 * random());
      tell();
    },
    answered(member, foreign) {
      const foreignUntil = clock.now().getTime() + belief;
      Object.assign(of(member.host), { failures: 0, pausedUntil: 0, foreign, foreignUntil });
      settle();
      return busy(member) <= member.capacity;
    },
    load(member): BuilderLoad {
      const { running, pausedUntil } = of(member.host);
      return {
        running,
        foreign: foreignOn(member),
        waiting: waitingFor(member),
        ...(pausedUntil > clock.now().getTime() ? { pausedUntil } : {}),
      };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function seatedBuild(id: string, { request, since, member }: Known, first: BuilderMember | undefined): SeatedBuild {
  const name = (member ?? first)?.name;
  const state = member ? 'running' : 'waiting';
  return { id, service: request.service, pool: request.pool, state, since, ...(name === undefined ? {} : { member: name }) };
}

function refuseLongQueue({ pool, maxQueue }: SeatRequest, length: number): void {
  if (length < maxQueue) return;
  throw fail(
    'refused',
    `${length} builds wait for pool \`${pool}\` already, which is its \`maxQueue\`.`,
    'Wait until some have ended, cancel what is not needed, or raise `maxQueue` in waybill.environments.yaml.',
  );
}

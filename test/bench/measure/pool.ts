/** 200 builds of 20 services over four daemons, one of which is killed and one drained half-way (`--long`). */
import { loadPool } from '../../client/poolLoad.ts';
import { type Figure, median } from './figures.ts';

export async function measurePool(): Promise<readonly Figure[]> {
  const outcome = await loadPool({ daemons: ['29', '20.10', '29', '20.10'], services: 20, rounds: 10, trouble: 5, capacity: 2 });
  const { builds, sameDaemon, seconds, seats, sockets, running, withoutRecord, killed } = outcome;
  const failed = builds.filter(({ failure }) => failure);
  const unstated = failed.filter(({ failure, member }) => failure?.kind === undefined || !member?.includes(killed));
  const count = (name: string, value: number, budget?: number): Figure => ({
    name: `pool: ${name}`,
    value,
    unit: '',
    ...(budget === undefined ? {} : { budget }),
  });
  return [
    { name: 'pool: builds', value: builds.length, unit: 'in all' },
    { name: 'pool: wall time of all builds', value: seconds, unit: 's' },
    { name: 'pool: median of a build, queue included', value: median(builds.map((build) => build.seconds)), unit: 's' },
    count('failed on the daemon that was killed, and said so', failed.length - unstated.length),
    count('failed in any other way', unstated.length, 0),
    count('went to another daemon before their first step', builds.filter(({ attempts }) => attempts > 0).length),
    { name: 'pool: rebuilds on another daemon', value: (1 - sameDaemon) * 100, unit: '%', budget: 5 },
    count('seats left', seats, 0),
    count('sockets left', sockets, 0),
    count('containers left running', running, 0),
    count('images and builds without record', withoutRecord.length, 0),
  ];
}

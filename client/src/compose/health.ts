/** Is a container ready, still on its way, or beyond hope? Pure. */
import type { InspectedContainer } from './containers.ts';

export type Verdict = 'ready' | 'waiting' | 'failed';

/** Restarts of a new container after which it is given up; a single crash may be a dependency that was not there yet. */
export const restartLimit = 3;

/**
 * Judges a container. An unhealthy one has failed when its start window (a startup probe) is over; without one it may still become
 * healthy until the deadline, as on Kubernetes.
 */
export function verdictOf(container: InspectedContainer, hasStartWindow: boolean): Verdict {
  const { State, RestartCount } = container;
  if (RestartCount >= restartLimit) return 'failed';
  if (State.Restarting) return 'waiting';
  if (!State.Running) return State.Status === 'created' ? 'waiting' : 'failed';
  const health = State.Health?.Status ?? 'none';
  if (health === 'none' || health === '' || health === 'healthy') return 'ready';
  return health === 'unhealthy' && hasStartWindow ? 'failed' : 'waiting';
}

/** One of the words of `InstanceState.phase`. */
export function phaseOf(container: InspectedContainer): string {
  const { State, RestartCount } = container;
  if (State.Restarting) return State.OOMKilled ? 'OOMKilled' : 'CrashLoop';
  if (!State.Running) {
    if (State.OOMKilled) return 'OOMKilled';
    return State.Status === 'created' ? 'Pending' : 'Stopped';
  }
  const health = State.Health?.Status ?? 'none';
  if (health === 'healthy' || health === 'none' || health === '') return 'Ready';
  if (health === 'starting') return RestartCount >= restartLimit ? 'CrashLoop' : 'Starting';
  return 'Running';
}

/** Why a container is not ready, in a few words; undefined when it is. */
export function reasonOf(container: InspectedContainer): string | undefined {
  const { State } = container;
  if (State.OOMKilled) return 'out of memory';
  if (State.Error) return State.Error;
  if (State.Restarting || (!State.Running && State.Status !== 'created')) return `exit code ${State.ExitCode}`;
  if (State.Health?.Status === 'unhealthy') {
    const output = State.Health.Log?.at(-1)?.Output.trim() ?? '';
    return output === '' ? 'the health check fails' : `the health check fails: ${output.split('\n')[0] ?? ''}`;
  }
  return undefined;
}

/** Waiting until new containers are healthy, or finding out why they are not. */
import type { DockerConnection } from '../docker/connection.ts';
import type { Clock, DeployEvent } from '../ports.ts';
import { inspectContainer } from './containers.ts';
import { diagnose, failDiagnosed } from './diagnosis.ts';
import { verdictOf } from './health.ts';
import { startWindow } from './healthCheck.ts';
import type { Draft } from './plan.ts';

export interface WaitTools {
  readonly drafted: Draft;
  readonly clock: Clock;
  readonly report: (event: DeployEvent) => void;
}

export interface Placed {
  readonly connection: DockerConnection;
  readonly id: string;
  readonly name: string;
}

const lookMilliseconds = 500;

/** Waits until all are ready and have stayed so for `minReady`. Throws with a diagnosis. */
export async function waitHealthy(tools: WaitTools, placed: readonly Placed[], before: number, signal: AbortSignal): Promise<void> {
  const { drafted, clock } = tools;
  const { rollout: wish, health } = drafted.intent.service;
  const wanted = drafted.slotPlan.slots.length;
  const unchanged = drafted.slotPlan.slots.filter((slot) => slot.change === 'unchanged').length;
  const deadline = clock.now().getTime() + wish.progressDeadline * 1000;
  const since = new Map<string, { started: string; at: number }>();
  let shown = -1;
  for (;;) {
    let waiting: Placed | undefined;
    let ready = 0;
    for (const one of placed) {
      const done = await isSettled(tools, one, since, health.startup !== undefined && startWindow(health) > 0, signal);
      if (done) ready += 1;
      else waiting ??= one;
    }
    if (ready !== shown) {
      shown = ready;
      tools.report({
        type: 'progress',
        ready: unchanged + before + ready,
        wanted,
        message: `${unchanged + before + ready} of ${wanted} ready`,
      });
    }
    if (!waiting) return;
    if (clock.now().getTime() > deadline)
      throw failDiagnosed(await diagnose(waiting.connection, waiting.id, waiting.name, wish.progressDeadline, signal));
    await clock.sleep(lookMilliseconds, signal);
  }
}

async function isSettled(
  tools: WaitTools,
  one: Placed,
  since: Map<string, { started: string; at: number }>,
  hasStartWindow: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const inspected = await inspectContainer(one.connection, one.id, signal);
  const verdict = inspected ? verdictOf(inspected, hasStartWindow) : 'failed';
  if (verdict === 'failed') throw failDiagnosed(await diagnose(one.connection, one.id, one.name, undefined, signal));
  const now = tools.clock.now().getTime();
  const started = inspected?.State.StartedAt ?? '';
  const seen = since.get(one.id);
  if (verdict === 'waiting') {
    since.delete(one.id);
    return false;
  }
  if (seen?.started !== started) since.set(one.id, { started, at: now });
  return now - (since.get(one.id)?.at ?? now) >= tools.drafted.intent.service.rollout.minReady * 1000;
}

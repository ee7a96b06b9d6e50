/** The end of a rollout that succeeded: old containers go. */
import { removeContainer } from './containers.ts';
import { isStillOurs, type Rollout, type RolloutTools, setAside } from './rollout.ts';
import { wipeSecrets } from './secretDelivery.ts';

/** All is healthy: what was replaced or has no place any more goes, unless the manifest wants a person to confirm. */
export async function finish(tools: RolloutTools, work: Rollout, signal: AbortSignal): Promise<void> {
  const { drafted } = tools;
  const keep = drafted.intent.service.rollout.confirm;
  for (const container of drafted.slotPlan.surplus) {
    if (container.running) await setAside(tools, work.progress, container, signal);
  }
  const old = keep ? [] : work.progress.stopped.map(({ container }) => container);
  const stopped = drafted.slotPlan.slots.flatMap((slot) =>
    slot.change === 'update' && slot.current && !slot.current.running ? [slot.current] : [],
  );
  const left = drafted.slotPlan.surplus.filter((container) => !container.running);
  for (const container of [...old, ...stopped, ...left]) {
    const survey = drafted.surveys.find(({ connection }) => connection.host.name === container.host);
    if (!survey || !(await isStillOurs(drafted, survey.connection, container, signal))) continue;
    await removeContainer(survey.connection, container.id, false, signal);
    await wipeSecrets(drafted, container.sequence, survey, signal);
  }
}

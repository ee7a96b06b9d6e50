/**
 * Replaces the containers of a service in batches: the next batch begins only when this one is healthy, and until the end the old
 * containers can be started again.
 */
import type { DockerConnection } from '../docker/connection.ts';
import { fail } from '../errors.ts';
import type { Clock, DeployEvent } from '../ports.ts';
import { type ContainerIdentity, createBody } from './containerSpec.ts';
import {
  createContainer,
  inspectContainer,
  putFiles,
  removeContainer,
  setRestartPolicy,
  startContainer,
  stopContainer,
} from './containers.ts';
import { failDiagnosed, refusalOf } from './diagnosis.ts';
import { type Placed, waitHealthy } from './healthWait.ts';
import { isOwned, Label } from './labels.ts';
import type { Draft } from './plan.ts';
import type { Slot } from './slots.ts';
import type { OwnedContainer } from './survey.ts';

export interface RolloutTools {
  readonly drafted: Draft;
  readonly sequence: number;
  /** Folder of the secret files, the same on each host; absent without secrets. */
  readonly secretsSource?: string;
  readonly clock: Clock;
  readonly report: (event: DeployEvent) => void;
}

/** What has been done so far; what `undo` reverts. */
export interface Progress {
  readonly created: Placed[];
  readonly stopped: { readonly connection: DockerConnection; readonly container: OwnedContainer }[];
}

export interface Rollout {
  readonly progress: Progress;
  run(signal: AbortSignal): Promise<void>;
  /** Starts the old containers again and removes the new ones; gives what could not be undone, in words. */
  undo(signal: AbortSignal): Promise<readonly string[]>;
}

export function rollout(tools: RolloutTools): Rollout {
  const progress: Progress = { created: [], stopped: [] };
  return {
    progress,
    run: (signal) => runBatches(tools, progress, signal),
    undo: (signal) => undo(tools, progress, signal),
  };
}

/** Old ones go first where the manifest says so, or where old and new would want the same port of the host. */
export function stopsFirst(drafted: Draft): boolean {
  const { rollout: wish } = drafted.intent.service;
  return (
    wish.strategy === 'recreate' ||
    wish.order === 'stop-first' ||
    drafted.spec.published.some((port) => /^\d+$/.test(port.hostPort)) ||
    takesHostPorts(drafted)
  );
}

function takesHostPorts(drafted: Draft): boolean {
  return drafted.spec.network === 'host' && drafted.intent.service.ports.some((port) => !port.auto);
}

async function runBatches(tools: RolloutTools, progress: Progress, signal: AbortSignal): Promise<void> {
  const { drafted, clock } = tools;
  const { rollout: wish, lifecycle } = drafted.intent.service;
  const pending = drafted.slotPlan.slots.filter((slot) => slot.change !== 'unchanged');
  const size = wish.strategy === 'recreate' ? Math.max(1, pending.length) : Math.max(1, wish.batch);
  const early = stopsFirst(drafted);
  for (let start = 0; start < pending.length; start += size) {
    if (start > 0 && wish.interval > 0) await clock.sleep(wish.interval * 1000, signal);
    const batch = pending.slice(start, start + size);
    if (early) await stopCurrent(tools, progress, batch, signal);
    const placed: Placed[] = [];
    for (const slot of batch) placed.push(await launch(tools, progress, slot, signal));
    await waitHealthy(tools, placed, progress.created.length - placed.length, signal);
    if (early || !batch.some((slot) => slot.current)) continue;
    // Whoever still talks to the old instance gets the time that a pre-stop hook would give.
    if (lifecycle.preStopSleep > 0) await clock.sleep(lifecycle.preStopSleep * 1000, signal);
    await stopCurrent(tools, progress, batch, signal);
  }
  await waitUnchanged(tools, signal);
}

function connectionOf(drafted: Draft, host: string): DockerConnection {
  const survey = drafted.surveys.find(({ connection }) => connection.host.name === host);
  if (!survey) throw fail('internal', `There is no connection to ${host}.`, 'Make the plan again.');
  return survey.connection;
}

async function stopCurrent(tools: RolloutTools, progress: Progress, batch: readonly Slot[], signal: AbortSignal): Promise<void> {
  for (const slot of batch) {
    if (slot.current) await setAside(tools, progress, slot.current, signal);
  }
}

/** Stops a container of ours with grace and keeps it. Noted before it is done, so that an interruption is undone too. */
export async function setAside(tools: RolloutTools, progress: Progress, container: OwnedContainer, signal: AbortSignal): Promise<void> {
  const connection = connectionOf(tools.drafted, container.host);
  if (!(await isStillOurs(tools.drafted, connection, container, signal))) return;
  tools.report({ type: 'phase', phase: 'rollout', message: `Stopping ${container.name} on ${container.host}.` });
  if (container.running) progress.stopped.push({ connection, container });
  await setRestartPolicy(connection, container.id, 'no', signal);
  await stopContainer(connection, container.id, container.inspected.Config.StopTimeout ?? 10, signal);
}

/** Looks again, immediately before touching: the owner label must name this very container (S3). */
export async function isStillOurs(
  drafted: Draft,
  connection: DockerConnection,
  container: OwnedContainer,
  signal: AbortSignal,
): Promise<boolean> {
  const now = await inspectContainer(connection, container.id, signal);
  if (!now) return false;
  const name = now.Name.replace(/^\//, '');
  if (isOwned(drafted.owner, { name, labels: now.Config.Labels ?? {} })) return true;
  throw fail(
    'conflict',
    `Container ${name} on ${container.host} is not Waybill's any more.`,
    'Find out who renamed it, then make the plan again.',
  );
}

async function launch(tools: RolloutTools, progress: Progress, slot: Slot, signal: AbortSignal): Promise<Placed> {
  const { drafted, clock } = tools;
  const { spec, intent } = drafted;
  const connection = connectionOf(drafted, slot.host);
  const identity: ContainerIdentity = {
    owner: drafted.owner,
    name: slot.name,
    number: slot.number,
    sequence: tools.sequence,
    release: intent.release,
    alias: intent.alias,
    tag: intent.tag,
    ports: slot.ports,
    ...(tools.secretsSource === undefined ? {} : { secretsSource: tools.secretsSource }),
  };
  tools.report({ type: 'phase', phase: 'rollout', message: `Starting ${slot.name} on ${slot.host}.` });
  try {
    // Noted before it exists: an interrupted request may still have made it.
    progress.created.push({ connection, id: slot.name, name: slot.name });
    const id = await createContainer(connection, slot.name, createBody(spec, identity), signal);
    const placed = { connection, id, name: slot.name };
    progress.created.splice(-1, 1, placed);
    const files = spec.files.map((file) => ({ path: file.target, content: file.content, mode: 0o444, uid: 0 }));
    await putFiles(connection, id, files, clock.now(), signal);
    await startContainer(connection, id, signal);
    return placed;
  } catch (error) {
    const diagnosis = refusalOf(error, spec, `${slot.name} on ${slot.host}`);
    throw diagnosis ? failDiagnosed(diagnosis) : error;
  }
}

/** What stays as it is must be healthy too, else the release is not. */
async function waitUnchanged(tools: RolloutTools, signal: AbortSignal): Promise<void> {
  const kept = tools.drafted.slotPlan.slots.flatMap((slot) =>
    slot.change === 'unchanged' && slot.current
      ? [{ connection: connectionOf(tools.drafted, slot.host), id: slot.current.id, name: slot.name }]
      : [],
  );
  if (kept.length > 0) await waitHealthy(tools, kept, tools.drafted.slotPlan.slots.length - 2 * kept.length, signal);
}

async function undo(tools: RolloutTools, progress: Progress, signal: AbortSignal): Promise<readonly string[]> {
  const problems: string[] = [];
  const attempt = async (what: string, action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const removeNew = async (): Promise<void> => {
    for (const { connection, id, name } of progress.created.splice(0).reverse()) {
      await attempt(`${name} was not removed`, async () => {
        const labels = (await inspectContainer(connection, id, signal))?.Config.Labels ?? {};
        const ours = isOwned(tools.drafted.owner, { name, labels }) && labels[Label.sequence] === String(tools.sequence);
        if (ours) await removeContainer(connection, id, true, signal);
      });
    }
  };
  const startOld = async (): Promise<void> => {
    for (const { connection, container } of progress.stopped.splice(0).reverse()) {
      tools.report({ type: 'phase', phase: 'rollout', message: `Starting ${container.name} on ${container.host} again.` });
      await attempt(`${container.name} was not started again`, async () => {
        await setRestartPolicy(connection, container.id, 'always', signal);
        await startContainer(connection, container.id, signal);
      });
    }
  };
  // Ports of the host must be free before the old ones can have them; otherwise the old ones serve before the new ones go.
  const steps = stopsFirst(tools.drafted) ? [removeNew, startOld] : [startOld, removeNew];
  for (const step of steps) await step();
  return problems;
}

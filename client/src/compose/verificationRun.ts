/** Checks that run beside a service on a Docker host: a container of our own that runs once, and is taken away again (S3). */
import { randomBytes } from 'node:crypto';
import type { ImageByDigest } from '../../../server/src/protocol.ts';
import type { DockerConnection } from '../docker/connection.ts';
import { containerLogs } from '../docker/logs.ts';
import { fail } from '../errors.ts';
import type { Clock, Credentials, JobOrder, JobOutcome } from '../ports.ts';
import { containerSpec, createBody, imageReference, secretsFolder } from './containerSpec.ts';
import {
  createContainer,
  type InspectedContainer,
  inspectContainer,
  listContainers,
  nameOf,
  putFiles,
  removeContainer,
  startContainer,
} from './containers.ts';
import { checkIdentities, composeEnvironment, type HostPool, identifyHost } from './hosts.ts';
import { pullImage } from './images.ts';
import { Label, ownedService } from './labels.ts';

/** How often the container is looked at; milliseconds. */
const pause = 500;
/** Lines of its log that are kept. */
const tail = 50;

interface Tools {
  readonly pool: HostPool;
  readonly credentials: Credentials;
  readonly clock: Clock;
}

/** Where an instance of the service runs: that is the host which has its network, its image and its secrets. */
interface Place {
  readonly connection: DockerConnection;
  readonly instance: InspectedContainer;
}

/** Throws before anything is made: `wrong-target`, `unreachable`, `rejected` where no instance runs or an image cannot be had. */
export async function runContainer(tools: Tools, order: JobOrder, signal: AbortSignal): Promise<JobOutcome> {
  const { clock } = tools;
  const place = await placeOf(tools.pool, order, signal);
  const { connection } = place;
  await clearOld(connection, order, clock);
  if (order.image) await pullImage(connection, order.image, tools.credentials, signal);
  const name = `waybill-verify-${order.record.service}-${randomBytes(4).toString('hex')}`;
  try {
    const id = await createContainer(connection, name, bodyOf(order, place, name, clock.now()), signal);
    const { config } = order.record.effective;
    const files = config.map((file) => ({ path: file.target, content: file.content, mode: 0o444, uid: 0 }));
    if (!order.image) await putFiles(connection, id, files, clock.now(), signal);
    await startContainer(connection, id, signal);
    return await outcome(connection, id, name, order, clock, signal);
  } finally {
    await remove(connection, name, order).catch(() => undefined);
  }
}

async function placeOf(pool: HostPool, { environment, record }: JobOrder, signal: AbortSignal): Promise<Place> {
  const { target } = composeEnvironment(environment);
  checkIdentities(await Promise.all(target.hosts.map((host) => identifyHost(pool.of(host), signal))), undefined);
  const owner = { product: environment.product, environment: environment.name, project: target.project };
  for (const host of target.hosts) {
    const connection = pool.of(host);
    for (const container of await listContainers(connection, [`${Label.project}=${target.project}`], signal)) {
      if (container.State !== 'running' || container.Labels?.[Label.release] !== record.release) continue;
      if (ownedService(owner, { name: nameOf(container), labels: container.Labels }) !== record.service) continue;
      const instance = await inspectContainer(connection, container.Id, signal);
      if (instance) return { connection, instance };
    }
  }
  throw fail('rejected', `No instance of ${record.service} runs release \`${record.release}\`.`, 'Deploy it, or look at its diagnosis.');
}

/** Its labels are its own: nothing takes it for an instance, nor Compose for a service. */
function bodyOf(order: JobOrder, { instance }: Place, name: string, now: Date): Readonly<Record<string, unknown>> {
  const { record, environment, command, env, seconds } = order;
  const { target } = composeEnvironment(environment);
  const image: ImageByDigest = order.image ?? record.image;
  const spec = containerSpec(record.effective, image, target.portRange);
  const owner = { product: environment.product, service: record.service, environment: environment.name, project: target.project };
  const identity = { owner, name, number: 0, sequence: record.sequence, release: record.release, alias: record.alias, tag: record.tag };
  const secrets = instance.HostConfig.Mounts?.find(({ Target }) => Target === secretsFolder)?.Source;
  const bound = secrets === undefined || order.image ? {} : { secretsSource: secrets };
  const body = createBody(
    { ...spec, published: [], env: order.image ? env : { ...spec.env, ...env } },
    { ...identity, ...bound, ports: [] },
  );
  return {
    ...body,
    ...(command ? { Entrypoint: command, Cmd: [] } : {}),
    Labels: {
      [Label.verifies]: marked(order),
      [Label.verifiesUntil]: new Date(now.getTime() + (seconds + 60) * 1000).toISOString(),
      [Label.image]: imageReference(image),
    },
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      ...(body.HostConfig as object),
      ...(order.image ? { Mounts: [] } : {}),
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    },
    // Not by the name of the service: requests to it would come here.
    ...(body.NetworkingConfig ? { NetworkingConfig: {} } : {}),
  };
}

const marked = ({ record, environment }: JobOrder): string => `${environment.product}/${record.service}/${environment.name}`;

async function outcome(
  connection: DockerConnection,
  id: string,
  name: string,
  { seconds }: JobOrder,
  clock: Clock,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const until = clock.now().getTime() + seconds * 1000;
  for (;;) {
    const state = (await inspectContainer(connection, id, signal))?.State;
    if (!state) return { passed: false, message: `container ${name} was removed by someone else`, log: [] };
    const ended = state.Status === 'exited' || state.Status === 'dead';
    if (!ended && clock.now().getTime() < until) {
      await clock.sleep(pause, signal);
      continue;
    }
    const log = await logOf(connection, id, signal);
    const said = log.length === 0 ? '' : `: ${log.at(-1)?.slice(0, 300)}`;
    if (!ended) return { passed: false, message: `container ${name} did not end within ${Math.round(seconds)} s${said}`, log };
    const memory = state.OOMKilled ? ' (out of memory)' : '';
    return { passed: state.ExitCode === 0, message: `container ${name} ended with ${state.ExitCode}${memory}${said}`, log };
  }
}

async function logOf(connection: DockerConnection, id: string, signal: AbortSignal): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const batch of containerLogs(connection, id, { tty: false, follow: false, tail }, signal)) {
    lines.push(...batch.map(({ text }) => text.slice(0, 500)));
  }
  return lines;
}

/** Only the one that was made: by its name and its mark. */
async function remove(connection: DockerConnection, name: string, order: JobOrder): Promise<void> {
  const signal = AbortSignal.timeout(30_000);
  const found = await inspectContainer(connection, name, signal);
  if (found?.Config.Labels?.[Label.verifies] === marked(order)) await removeContainer(connection, found.Id, true, signal);
}

/** What whoever checked before could not take away any more, once its time is over. */
async function clearOld(connection: DockerConnection, order: JobOrder, clock: Clock): Promise<void> {
  const signal = AbortSignal.timeout(30_000);
  for (const { Id, Labels } of await listContainers(connection, [`${Label.verifies}=${marked(order)}`], signal)) {
    const until = Date.parse(Labels?.[Label.verifiesUntil] ?? '');
    if (until < clock.now().getTime()) await removeContainer(connection, Id, true, signal);
  }
}

/** The outcome of checks on Docker hosts: asked at the published port, noted in the record book of every host. */
import type { EffectiveService, EnvironmentSummary } from '../../../server/src/protocol.ts';
import type { DockerConnection } from '../docker/connection.ts';
import { fail } from '../errors.ts';
import type { Verification } from '../ports.ts';
import { listContainers } from './containers.ts';
import { composeEnvironment, type HostPool } from './hosts.ts';
import { Label } from './labels.ts';
import { readBook, writeBook } from './recordStore.ts';
import { bookKey, withRecord } from './records.ts';

/** Asks the first instance whose port can be reached from here. */
export async function askContainer(
  pool: HostPool,
  environment: EnvironmentSummary,
  service: EffectiveService,
  { port, path, scheme }: { readonly port: number; readonly path: string; readonly scheme: 'http' | 'https' },
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly from: string }> {
  const { target } = composeEnvironment(environment);
  for (const host of target.hosts) {
    const at = await publishedPort(pool.of(host), service, environment, port, signal);
    if (at === undefined) continue;
    const from = `${addressOf(host)}:${at}`;
    const answer = await fetch(`${scheme}://${from}${path}`, { redirect: 'manual', signal });
    await answer.body?.cancel();
    return { status: answer.status, from };
  }
  throw fail(
    'rejected',
    `No instance of ${service.name} publishes its port ${port}.`,
    'Give the port a `nodePort`, or check by a `command`.',
  );
}

async function publishedPort(
  connection: DockerConnection,
  service: EffectiveService,
  environment: EnvironmentSummary,
  port: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const labels = [`${Label.product}=${service.product}`, `${Label.ownService}=${service.name}`, `${Label.environment}=${environment.name}`];
  const running = (await listContainers(connection, labels, signal)).filter(({ State }) => State === 'running');
  if (running.length > 0 && service.network === 'host') return port;
  return running.flatMap(({ Ports }) => Ports).find(({ PrivatePort, PublicPort }) => PrivatePort === port && PublicPort)?.PublicPort;
}

function addressOf({ address, host }: { readonly address?: string; readonly host: string }): string {
  if (address) return address;
  return host.startsWith('unix:') ? '127.0.0.1' : new URL(host).hostname;
}

export async function noteVerification(
  pool: HostPool,
  environment: EnvironmentSummary,
  service: string,
  sequence: number,
  verification: Verification,
  signal: AbortSignal,
): Promise<void> {
  const { target } = composeEnvironment(environment);
  const key = bookKey(environment.name, environment.product, service);
  for (const host of target.hosts) {
    const connection = pool.of(host);
    const { book, image } = await readBook(connection, target.project, signal);
    const record = book.services[key]?.find((one) => one.sequence === sequence);
    if (!record || image === undefined) {
      throw fail('conflict', `Deployment ${sequence} of ${service} is not on record on ${host.name}.`, 'Verify what runs now.');
    }
    await writeBook(connection, target.project, withRecord(book, key, { ...record, verification }, environment.keepRecords), image, signal);
  }
}

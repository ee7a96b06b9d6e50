import { isCancelled } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { type HistoryEntry, readHistory } from './history.ts';
import { statusOf } from './status.ts';
import { duration } from './units.ts';

export interface HandoverInput {
  readonly hours: number;
  readonly product?: string;
}

/** What whoever takes over has to know: what is broken, what is under way, what was done, what could not be asked. Markdown. */
export async function handoverReport(ports: Ports, input: HandoverInput, signal: AbortSignal): Promise<string> {
  const now = ports.clock.now();
  const since = new Date(now.getTime() - input.hours * 3_600_000).toISOString();
  const model = await ports.documents.model(signal);
  const product = input.product === undefined ? {} : { product: input.product };
  const [{ entries, gaps }, states] = await Promise.all([
    readHistory(ports, { since, ...product }, signal),
    Promise.all(
      model.environments
        .filter((environment) => (input.product ?? environment.product) === environment.product)
        .map(async (environment) => ({ environment, state: await state(ports, environment, signal) })),
    ),
  ]);
  const bad = states.flatMap(({ environment, state: found }) =>
    typeof found === 'string'
      ? [`${environment.name}: could not be asked: ${found}`]
      : found.services
          .filter(({ health }) => health !== 'Healthy')
          .map(
            ({ service, health, ready, wanted, message }) =>
              `${service} in ${environment.name}: ${health}, ${ready}/${wanted} ready${message ? `. ${message}` : ''}`,
          ),
  );
  const open = lastOf(entries).filter(({ result }) => result !== 'Succeeded');
  return [
    `# Handover, ${stamp(now.toISOString())}`,
    '',
    `The last ${duration(input.hours * 3600)}${input.product ? ` of ${input.product}` : ''}: ${summary(entries)}`,
    '',
    ...section('Not healthy now', bad, 'Everything that was deployed is healthy.'),
    ...section('Not ended well, and nothing better since', open.map(line), 'Every service ended well.'),
    ...section('Under way', entries.filter(({ result }) => result === 'Pending').map(line), 'Nothing.'),
    ...section('Went back', entries.filter(({ rollback }) => rollback).map(line), 'Nobody rolled back.'),
    ...section('All that was done', entries.map(line), 'Nothing.'),
    ...(gaps.length > 0 ? section('Not known', gaps, '') : []),
  ].join('\n');
}

async function state(ports: Ports, environment: Parameters<typeof statusOf>[1], signal: AbortSignal) {
  try {
    return await statusOf(ports, environment, AbortSignal.any([signal, AbortSignal.timeout(20_000)]));
  } catch (error) {
    if (signal.aborted || (isCancelled(error) && signal.aborted)) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/** The newest deployment of each service in each environment. */
function lastOf(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ service, environment, operation }) => {
    const key = `${service}\n${environment}`;
    if (operation || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function summary(entries: readonly HistoryEntry[]): string {
  const deployments = entries.filter(({ operation }) => operation === undefined);
  const count = (result: string) => deployments.filter((entry) => entry.result === result).length;
  const failed = deployments.length - count('Succeeded') - count('Pending');
  return `${deployments.length} deployments, ${count('Succeeded')} succeeded, ${failed} did not; ${entries.length - deployments.length} other operations.`;
}

function section(title: string, lines: readonly string[], none: string): readonly string[] {
  return [`## ${title}`, '', ...(lines.length === 0 ? [none] : lines.map((text) => `- ${text}`)), ''];
}

const stamp = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`;

function line({
  at,
  service,
  environment,
  alias,
  result,
  by,
  operation,
  reason,
  message,
  seconds,
  rollback,
  verified,
}: HistoryEntry): string {
  const what = operation ?? (rollback ? 'rolled back to' : 'deployed');
  const notes = [
    reason,
    result === 'Succeeded' ? undefined : message,
    verified ? 'verified' : undefined,
    seconds === undefined ? undefined : duration(seconds),
  ];
  const more = notes.filter(Boolean).join('; ');
  return `${stamp(at)} ${service} ${what} ${alias} in ${environment} by ${by}: ${result}${more ? ` (${more})` : ''}`;
}

/** Into what runs: commands in instances, and ports that lead to them. */
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { ExecOrder, ExecSession, Forwarding, ForwardOrder, ForwardState, Ports } from '../ports.ts';
import { abilityOf } from './abilities.ts';

/** Starts a command in an instance. Throws `refused` where the environment forbids `exec` (S13). */
export function openShell(ports: Ports, environment: EnvironmentSummary, order: ExecOrder, signal: AbortSignal): Promise<ExecSession> {
  refuseForbidden(environment, 'exec');
  return abilityOf(ports.platforms.of(environment.target), 'exec')(environment, order, signal);
}

/** Opens a local port that leads to a service; it lasts until it is stopped, whatever happens to the instances. */
export function forward(
  ports: Ports,
  environment: EnvironmentSummary,
  order: ForwardOrder,
  report: (state: ForwardState) => void,
  signal: AbortSignal,
): Promise<Forwarding> {
  return abilityOf(ports.platforms.of(environment.target), 'forward')(environment, order, report, signal);
}

/** Why the environment forbids a verb to everybody; undefined when it does not. */
export function forbidden(environment: EnvironmentSummary, verb: string): string | undefined {
  if (!environment.protected.forbid.includes(verb)) return undefined;
  return `\`${environment.name}\` forbids \`${verb}\` to everybody.`;
}

function refuseForbidden(environment: EnvironmentSummary, verb: string): void {
  const reason = forbidden(environment, verb);
  if (reason) throw fail('refused', reason, '`protected.forbid` in waybill.environments.yaml says so; look at logs and details instead.');
}

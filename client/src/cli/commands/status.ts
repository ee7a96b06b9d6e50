import type { EnvironmentSummary, WorkspaceModel } from '../../../../server/src/protocol.ts';
import { closest } from '../../delivery/closest.ts';
import { findService } from '../../delivery/find.ts';
import { statusOf } from '../../delivery/status.ts';
import { fail, isCancelled, isWaybillError } from '../../errors.ts';
import type { Health, ServiceState } from '../../ports.ts';
import { type CliCommand, exit } from '../command.ts';
import { type Colour, type Output, paint } from '../output.ts';
import { withPorts } from '../session.ts';

export const status: CliCommand = {
  name: 'status',
  summary: 'what runs in the environments, and how it is',
  operands: '[environment] [service]',
  count: { least: 0, most: 2 },
  about:
    'Asks the environments themselves: health, ready instances, release and the digest that really runs. The exit code is 1 when a service is degraded, and 3 when an environment could not be asked.',
  options: {},
  examples: [
    { command: 'waybill status', means: 'every environment of the workspace' },
    { command: 'waybill status staging', means: 'one environment' },
    { command: 'waybill status staging order-api', means: 'one service, with its instances' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const [environment, service] = call.arguments.operands;
      const model = await ports.documents.model(call.signal);
      const only = service === undefined ? undefined : findService(model, service).name;
      const codes: number[] = [];
      for (const wanted of environmentsNamed(model, environment)) {
        try {
          const state = await statusOf(ports, wanted, call.signal);
          const services = state.services.filter((one) => only === undefined || one.service === only);
          codes.push(showEnvironment(wanted, services, only !== undefined, call.output));
        } catch (error) {
          if (isCancelled(error) || environment !== undefined) throw error;
          codes.push(showUnreached(wanted, error, call.output));
        }
      }
      return Math.max(exit.fine, ...codes);
    }),
};

function environmentsNamed(model: WorkspaceModel, name: string | undefined): readonly EnvironmentSummary[] {
  const found = model.environments.filter((environment) => name === undefined || environment.name === name);
  if (found.length > 0) return found;
  if (name === undefined) {
    throw fail('configuration', 'This workspace has no environments.', 'Declare them in `waybill.environments.yaml`.');
  }
  const near = closest(
    name,
    model.environments.map((environment) => environment.name),
  );
  throw fail('configuration', `There is no environment \`${name}\`.`, near ? `Did you mean \`${near}\`?` : 'See `waybill status` for all.');
}

function showEnvironment(environment: EnvironmentSummary, services: readonly ServiceState[], detailed: boolean, output: Output): number {
  output.event({
    type: 'environment',
    environment: environment.name,
    product: environment.product,
    kind: environment.target.kind,
    services,
  });
  output.line(paint(output.colour, 'bold', `${environment.name} (${environment.product}, ${environment.target.kind})`));
  if (services.length === 0) output.line('  nothing is deployed');
  for (const service of services) {
    output.line(serviceText(service, output.colour));
    if (detailed) for (const instance of service.instances) output.line(instanceText(instance));
  }
  return services.some(({ health }) => health === 'Degraded') ? exit.findings : exit.fine;
}

function showUnreached(environment: EnvironmentSummary, error: unknown, output: Output): number {
  const message = error instanceof Error ? error.message : String(error);
  const advice = isWaybillError(error) ? error.advice : '';
  output.event({ type: 'environment', environment: environment.name, product: environment.product, error: { message, advice } });
  output.line(`${paint(output.colour, 'bold', environment.name)} ${paint(output.colour, 'red', 'could not be asked')}: ${message}`);
  if (advice) output.line(`  ${advice}`);
  return exit.failed;
}

const colours: Readonly<Record<Health, Colour>> = {
  Healthy: 'green',
  Progressing: 'blue',
  Degraded: 'red',
  Suspended: 'yellow',
  Missing: 'dim',
  Unknown: 'yellow',
};

function serviceText({ service, health, ready, wanted, alias, release, tag, digest, message }: ServiceState, colour: boolean): string {
  const what = [release && (alias ? `${release} (${alias})` : release), tag, digest?.slice(0, 19)].filter(Boolean).join('  ');
  return `  ${service.padEnd(24)} ${paint(colour, colours[health], health.padEnd(11))} ${ready}/${wanted}  ${what}${message ? `\n      ${message}` : ''}`;
}

function instanceText({ name, phase, ready, restarts, where, reason }: ServiceState['instances'][number]): string {
  const notes = [ready ? 'ready' : 'not ready', restarts > 0 ? `${restarts} restarts` : '', reason ?? ''].filter(Boolean).join(', ');
  return `      ${name}  ${phase} on ${where} (${notes})`;
}

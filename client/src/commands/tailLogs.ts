import type { EnvironmentSummary, ServiceSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import { tailLogs as tail } from '../delivery/logs.ts';
import { isCancelled } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { Subject } from '../tree/node.ts';
import { placesOf } from '../tree/services.ts';
import { chooseEnvironment, chooseService, currentModel } from './contract/choose.ts';
import { type Command, type CommandContext, onRow } from './contract/command.ts';
import { red } from './text/ansi.ts';

/** Follows the log of every instance of a service, present and future, in a terminal. */
export const tailLogs: Command = {
  contribution: {
    id: 'waybill.logs.tail',
    title: 'Tail Logs',
    icon: 'output',
    palette: true,
    connects: true,
    several: true,
    menus: [
      { menu: 'view/item/context', when: onRow('environments', 'workload', 'missing'), group: 'inline@1' },
      { menu: 'view/item/context', when: onRow('environments', 'workload'), group: '1_run@2' },
      { menu: 'view/item/context', when: onRow('services', 'deployed'), group: '1_run@4' },
    ],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const service = await chooseService(context, model, subject, 'Tail Logs');
    if (!service) return;
    const environment = await whereItRuns(context, model, service, subject);
    if (!environment) return;
    const ports = await context.ports();
    void follow(context, ports, service, environment);
  },
};

/** The environment of the row, the only one the service is seen in, or the one that is picked. */
async function whereItRuns(
  context: CommandContext,
  model: WorkspaceModel,
  service: ServiceSummary,
  subject: Subject,
): Promise<EnvironmentSummary | undefined> {
  const environments = context.state.environments.store.get();
  const places = placesOf(service, { model, environments }).map((place) => place.environment);
  const candidates = model.environments.filter((environment) => environment.product === service.product);
  const running = candidates.filter((environment) => places.includes(environment.name));
  if (!subject.environment && running.length === 1) return running[0];
  const offered = running.length > 0 && !subject.environment ? { ...model, environments: running } : model;
  return chooseEnvironment(context, offered, service, subject, { verb: 'Tail Logs', fits: () => undefined });
}

/** Lives as long as its terminal. */
async function follow(context: CommandContext, ports: Ports, service: ServiceSummary, environment: EnvironmentSummary): Promise<void> {
  const abort = new AbortController();
  const screen = context.ui.logScreen(`${service.name} · ${environment.name}`, () => abort.abort());
  const query = { environment, services: [service.name], tail: context.ui.logTail(), follow: true };
  try {
    for await (const lines of tail(ports, query, abort.signal)) screen.lines(lines);
    screen.end('the log has ended');
  } catch (error) {
    if (abort.signal.aborted || isCancelled(error)) return screen.end('stopped');
    screen.end(red(error instanceof Error ? error.message : String(error)));
    const subject = { service: service.id, environment: `${environment.product}/${environment.name}` };
    context.ui.failed(error, [{ label: 'Tail Again', run: () => context.runCommand('waybill.logs.tail', subject) }]);
  }
}

import type { EnvironmentSummary, ServiceSummary } from '../../../server/src/protocol.ts';
import { type PortPair, portPair } from '../delivery/portPair.ts';
import { forward } from '../delivery/reach.ts';
import { isCancelled, isWaybillError } from '../errors.ts';
import type { Forwarding, ForwardState } from '../ports.ts';
import { environmentKey } from '../state/environmentWatches.ts';
import type { Subject } from '../tree/node.ts';
import { chooseEnvironment, chooseService, currentModel } from './contract/choose.ts';
import { type Command, type CommandContext, onRow } from './contract/command.ts';

/** Makes a port of a service reachable on this machine, until it is stopped; the row of the open port stands below the service. */
export const forwardPort: Command = {
  contribution: {
    id: 'waybill.port.forward',
    title: 'Forward Port…',
    icon: 'plug',
    palette: true,
    connects: true,
    menus: [
      { menu: 'view/item/context', when: onRow('environments', 'workload', 'no-forward', 'compose'), group: '1_run@5' },
      { menu: 'view/item/context', when: onRow('environments', 'instance', 'no-forward', 'compose'), group: '1_run@2' },
    ],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const service = await chooseService(context, model, subject, 'Forward Port');
    if (!service) return;
    const question = { verb: 'Forward Port', fits: () => undefined };
    const environment = await chooseEnvironment(context, model, service, subject, question);
    if (!environment) return;
    const pair = await choosePort(context, service, environment);
    if (pair) await open(context, service, environment, pair, subject);
  },
};

/** One of the ports of the manifest, or another one. */
async function choosePort(
  context: CommandContext,
  service: ServiceSummary,
  environment: EnvironmentSummary,
): Promise<PortPair | undefined> {
  const answer = await context.documents.effective(service.id, environment.name, AbortSignal.timeout(30_000)).catch(() => undefined);
  const known = answer?.service?.ports ?? [];
  const choices = [
    ...known.map((port) => ({ label: String(port.port), description: port.name, icon: 'plug', value: String(port.port) })),
    { label: 'Another Port…', icon: 'edit', value: '' },
  ];
  const title = `Forward a port of ${service.name} in ${environment.name}`;
  const chosen = known.length === 0 ? '' : await context.ui.pick({ title, placeholder: 'Which port?', choices });
  if (chosen === undefined) return undefined;
  if (chosen !== '') return portPair(chosen);
  const typed = await context.ui.input({
    title,
    prompt: 'Port of the service, or `local:port`',
    problem: (text) => {
      try {
        portPair(text);
        return undefined;
      } catch (error) {
        return isWaybillError(error) ? `${error.message} ${error.advice}` : undefined;
      }
    },
  });
  return typed === undefined ? undefined : portPair(typed);
}

async function open(
  context: CommandContext,
  service: ServiceSummary,
  environment: EnvironmentSummary,
  pair: PortPair,
  subject: Subject,
): Promise<void> {
  const ports = await context.ports();
  const stop = new AbortController();
  const seen: { state: ForwardState; report?: (state: ForwardState) => void } = { state: { phase: 'waiting', connections: 0 } };
  const report = (state: ForwardState): void => {
    seen.state = state;
    seen.report?.(state);
  };
  const order = { service: service.name, ...(subject.instance ? { instance: subject.instance } : {}), remotePort: pair.remotePort };
  const start = (localPort: number): Promise<Forwarding> => forward(ports, environment, { ...order, localPort }, report, stop.signal);
  // A local port that is taken, or not ours to open, is no reason to ask: another one does as well.
  const forwarding = await start(pair.localPort).catch((error: unknown) => {
    if (isWaybillError(error) && error.waybill === 'configuration' && /on this machine/.test(error.message)) return start(0);
    throw error;
  });
  const { localPort } = forwarding;
  const entry = context.state.forwards.add(
    { service: service.id, environment: environmentKey(environment), localPort, remotePort: pair.remotePort, state: seen.state },
    () => stop.abort(),
  );
  seen.report = entry.report;
  void forwarding.ended
    .catch((error: unknown) => {
      if (!stop.signal.aborted && !isCancelled(error)) context.ui.failed(error, []);
    })
    .finally(entry.end);
  const address = `localhost:${localPort}`;
  context.ui.inform(`${address} leads to port ${pair.remotePort} of ${service.name} in ${environment.name}.`, [
    { label: 'Open in Browser', run: () => context.ui.openExternal(`http://${address}/`) },
    { label: 'Copy Address', run: () => context.ui.copy(address) },
    { label: 'Stop', run: () => stop.abort() },
  ]);
}

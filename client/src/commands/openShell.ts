import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { forbidden, openShell as open } from '../delivery/reach.ts';
import { chooseEnvironment, chooseService, currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Opens a shell in an instance: the row's, or the newest of the service that is ready. */
export const openShell: Command = {
  contribution: {
    id: 'waybill.shell.open',
    title: 'Open Shell',
    icon: 'terminal',
    palette: true,
    connects: true,
    menus: [
      { menu: 'view/item/context', when: onRow('environments', 'instance', 'no-exec'), group: 'inline@2' },
      { menu: 'view/item/context', when: onRow('environments', 'instance', 'no-exec'), group: '1_run@1' },
      { menu: 'view/item/context', when: onRow('environments', 'workload', 'no-exec'), group: '1_run@4' },
    ],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const service = await chooseService(context, model, subject, 'Open Shell');
    if (!service) return;
    const question = { verb: 'Open Shell', fits: (candidate: EnvironmentSummary) => forbidden(candidate, 'exec') };
    const environment = await chooseEnvironment(context, model, service, subject, question);
    if (!environment) return;
    const ports = await context.ports();
    context.ui.shell(`${service.name} · ${environment.name}`, ({ columns, rows, write }) =>
      open(
        ports,
        environment,
        {
          service: service.name,
          ...(subject.instance ? { instance: subject.instance } : {}),
          terminal: { columns, rows },
          input: true,
          output: write,
        },
        AbortSignal.timeout(24 * 3_600_000),
      ),
    );
  },
};

import { verifyService as verify } from '../delivery/verify.ts';
import { chooseEnvironment, chooseService, currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Runs the checks of what runs, and notes the outcome in its record. */
export const verifyService: Command = {
  contribution: {
    id: 'waybill.service.verify',
    title: 'Verify What Runs',
    icon: 'beaker',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/item/context', when: onRow('environments', 'workload'), group: '2_look@9' }],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const service = await chooseService(context, model, subject, 'Verify');
    if (!service) return;
    const environment = await chooseEnvironment(context, model, service, subject, { verb: 'Verify', fits: () => undefined });
    if (!environment) return;
    const ports = await context.ports();
    const task = { verb: 'Verify', service: service.name, environment: environment.name };
    const order = { service: service.id, environment: environment.name };
    const { passed, checks } = await context.ui.run(task, (progress, signal) =>
      verify(ports, order, (event) => event.type === 'stage' && progress(event.message), signal),
    );
    const text = checks.map(({ name, passed: fine, message }) => `${name} ${fine ? 'passed' : 'failed'}: ${message}`).join(' · ');
    if (passed) context.ui.inform(`${service.name} in ${environment.name} is verified. ${text}`, []);
    else context.ui.warn(`${service.name} in ${environment.name} is not verified. ${text}`, []);
  },
};

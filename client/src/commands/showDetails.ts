import { abilityOf } from '../delivery/abilities.ts';
import { chooseEnvironment, chooseService, currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';
import { detailsText } from './text/details.ts';

/** Everything that is known of a service's workload, or of one of its instances, as a document. */
export const showDetails: Command = {
  contribution: {
    id: 'waybill.details.show',
    title: 'Show Details',
    icon: 'info',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/item/context', when: onRow('environments', 'kubernetes', 'environment'), group: '2_look@2' }],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const service = await chooseService(context, model, subject, 'Show Details');
    if (!service) return;
    const question = { verb: 'Show Details', fits: () => undefined };
    const environment = await chooseEnvironment(context, model, service, subject, question);
    if (!environment) return;
    const ports = await context.ports();
    const details = abilityOf(ports.platforms.of(environment.target), 'details');
    const found = await details(environment, service.name, subject.instance, AbortSignal.timeout(30_000));
    await context.ui.openText(`${found.title} in ${environment.name}`, 'plaintext', detailsText(found));
  },
};

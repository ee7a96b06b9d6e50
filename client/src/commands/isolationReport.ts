import { isolationText, isolationReport as report } from '../delivery/prepare.ts';
import { currentModel } from './contract/choose.ts';
import { chooseEnvironmentAlone, onCluster } from './contract/chooseEnvironmentAlone.ts';
import { type Command, onRow } from './contract/command.ts';

/** Shows how far an environment is apart from others: network, quota, security, tokens, role bindings. */
export const isolationReport: Command = {
  contribution: {
    id: 'waybill.environment.isolation',
    title: 'Open Isolation Report',
    icon: 'shield',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/item/context', when: onRow('environments', 'environment', 'compose'), group: '2_look@8' }],
  },
  async run(context, subject) {
    const environment = await chooseEnvironmentAlone(context, await currentModel(context), subject, 'Open Isolation Report', onCluster);
    if (!environment) return;
    const found = await report(await context.ports(), environment, AbortSignal.timeout(30_000));
    await context.ui.showPage(`Isolation of ${environment.name}`, isolationText(found));
  },
};

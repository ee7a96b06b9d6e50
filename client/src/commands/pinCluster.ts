import { proposePin } from '../delivery/pin.ts';
import { currentModel } from './contract/choose.ts';
import { chooseEnvironmentAlone, onCluster } from './contract/chooseEnvironmentAlone.ts';
import { type Command, onRow } from './contract/command.ts';

/** Writes into the environments file which cluster an environment's context leads to; nothing is deployed to another one afterwards. */
export const pinCluster: Command = {
  contribution: {
    id: 'waybill.cluster.pin',
    title: 'Pin Cluster…',
    icon: 'pin',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/item/context', when: onRow('environments', 'environment', 'compose'), group: '6_change@2' }],
  },
  async run(context, subject) {
    const { ui } = context;
    const environment = await chooseEnvironmentAlone(context, await currentModel(context), subject, 'Pin Cluster', onCluster);
    if (!environment) return;
    const proposal = await proposePin(await context.ports(), environment, AbortSignal.timeout(30_000));
    if (proposal.edit.edits.length === 0) {
      ui.inform(`${environment.name} is pinned to this cluster already.`, []);
      return;
    }
    const { differences } = proposal;
    if (
      differences.length > 0 &&
      !(await ui.confirm(
        `${environment.name} is pinned to another cluster.`,
        `${differences.join('. ')}. Pin again only if the cluster was really replaced: until now nothing could be deployed there by mistake.`,
        'Pin Again',
      ))
    )
      return;
    await ui.applyEdits(proposal.edit.edits.map((edit) => ({ location: { uri: proposal.edit.uri, range: edit.range }, text: edit.text })));
  },
};

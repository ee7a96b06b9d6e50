import type { OpenForward } from '../state/forwards.ts';
import { type Command, onRow } from './contract/command.ts';

/** Closes a local port: the row's, or the one that is picked. */
export const stopForward: Command = {
  contribution: {
    id: 'waybill.port.stop',
    title: 'Stop Forwarding',
    icon: 'debug-stop',
    palette: true,
    connects: false,
    several: true,
    menus: [
      { menu: 'view/item/context', when: onRow('environments', 'forward'), group: 'inline@2' },
      { menu: 'view/item/context', when: onRow('environments', 'forward'), group: '9_danger@1' },
    ],
  },
  async run({ state, ui }, subject) {
    const open = state.forwards.store.get();
    if (subject.forward) return state.forwards.stop(subject.forward);
    if (open.length === 0) return ui.inform('No port is forwarded.', []);
    const chosen = await ui.pickSeveral({
      title: 'Stop forwarding',
      placeholder: 'Which ports?',
      choices: open.map((forward) => ({ label: forwardLabel(forward), description: forward.environment, icon: 'plug', value: forward.id })),
    });
    for (const id of chosen ?? []) state.forwards.stop(id);
  },
};

const forwardLabel = ({ localPort, remotePort, service }: OpenForward): string =>
  `localhost:${localPort} → ${service.slice(service.indexOf('/') + 1)}:${remotePort}`;

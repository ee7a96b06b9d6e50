import { type Command, onRow } from './contract/command.ts';
import { runOperation } from './contract/operation.ts';

/** Replaces all instances of a service by new ones of the same release. */
export const restartService: Command = {
  contribution: {
    id: 'waybill.service.restart',
    title: 'Restart…',
    icon: 'debug-restart',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/item/context', when: onRow('environments', 'workload', 'missing', 'no-restart'), group: '6_change@2' }],
  },
  run: (context, subject) => runOperation(context, subject, 'Restart', async () => ({ kind: 'restart' })),
};

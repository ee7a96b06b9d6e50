import { type Command, onRow } from './contract/command.ts';
import { runOperation } from './contract/operation.ts';

/** Changes how many instances of what runs there are, until the next deployment. */
export const scaleService: Command = {
  contribution: {
    id: 'waybill.service.scale',
    title: 'Scale…',
    icon: 'symbol-numeric',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/item/context', when: onRow('environments', 'workload'), group: '6_change@1' }],
  },
  run: (context, subject) =>
    runOperation(context, subject, 'Scale', async () => {
      const text = await context.ui.input({
        title: 'Scale',
        prompt: 'How many instances?',
        problem: (typed) => (/^\d{1,4}$/.test(typed) ? undefined : 'A whole number from 0.'),
      });
      return text === undefined ? undefined : { kind: 'scale', replicas: Number(text) };
    }),
};

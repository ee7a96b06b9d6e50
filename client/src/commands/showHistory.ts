import { readHistory } from '../delivery/history.ts';
import { isWaybillError } from '../errors.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';
import { filterOf, historyText } from './text/history.ts';

/** What was deployed where, when, by whom and how it ended, with statistics per product. */
export const showHistory: Command = {
  contribution: {
    id: 'waybill.history.show',
    title: 'Show History…',
    icon: 'history',
    palette: true,
    connects: true,
    menus: [
      { menu: 'view/item/context', when: onRow('environments', '(environment|workload)'), group: '2_look@10' },
      { menu: 'view/item/context', when: onRow('services', 'service'), group: '2_look@10' },
    ],
  },
  async run(context, subject) {
    await currentModel(context);
    const ports = await context.ports();
    const now = ports.clock.now();
    const words = [
      ...(subject.service ? [`service:${subject.service}`] : []),
      ...(subject.environment ? [`environment:${subject.environment.split('/')[1]}`] : []),
    ];
    const text = await context.ui.input({
      title: 'Show History',
      prompt: 'Filter: service:  environment:  product:  by:  since:7d  outcome:Failed — empty for everything',
      value: words.join(' '),
      problem: (typed) => {
        try {
          filterOf(typed, now);
          return undefined;
        } catch (error) {
          return isWaybillError(error) ? `${error.message} ${error.advice}` : String(error);
        }
      },
    });
    if (text === undefined) return;
    const history = await context.ui.run({ verb: 'History', service: 'all' }, (_progress, signal) =>
      readHistory(ports, filterOf(text, now), signal),
    );
    await context.ui.showPage('History', historyText(history, now));
  },
};

import { buildAllChanged as buildAll, changedServices } from '../delivery/buildAll.ts';
import { isCancelled } from '../errors.ts';
import { counted } from '../tree/words.ts';
import { dockerfilePath, tellBuild } from './contract/buildScreens.ts';
import { currentModel } from './contract/choose.ts';
import type { Command } from './contract/command.ts';
import { red } from './text/ansi.ts';
import { buildView } from './text/buildView.ts';

/** Builds the services that have changed since their last build, as many at once as the builders have capacity for. */
export const buildAllChanged: Command = {
  contribution: {
    id: 'waybill.image.buildAll',
    title: 'Build All Changed…',
    icon: 'run-all',
    palette: true,
    connects: true,
    menus: [{ menu: 'view/title', when: 'view == waybill.services && isWorkspaceTrusted', group: 'navigation@1' }],
  },
  async run(context) {
    const model = await currentModel(context);
    const ports = await context.ports();
    const products = [...new Set(model.services.map(({ product }) => product))].sort();
    const [only] = products;
    const product =
      products.length <= 1
        ? only
        : await context.ui.pick({
            title: 'Build All Changed',
            placeholder: 'Of which product?',
            choices: products.map((name) => ({ label: name, value: name })),
          });
    if (product === undefined) return;
    const task = { verb: 'Build', service: product };
    const candidates = await context.ui.run(task, (progress, signal) => {
      progress('comparing with the last builds');
      return changedServices(ports, { product }, signal);
    });
    const changed = candidates.filter((candidate) => candidate.changed);
    if (changed.length === 0) return context.ui.inform(`Nothing in ${product} has changed since it was built.`, []);
    const list = changed.map(({ service, reason }) => `${service.name}: ${reason}`).join('\n');
    if (!(await context.ui.confirm(`Build ${counted(changed.length, 'service')} of ${product}?`, list, 'Build'))) return;
    const stop = new AbortController();
    const view = buildView(Date.now);
    const screen = context.ui.buildScreen(`Build ${product}`, view, () => stop.abort());
    const tellers = new Map(changed.map(({ service }) => [service.id, view.of(service.name, dockerfilePath(service))] as const));
    const results = await context.ui.run(task, (progress, signal) =>
      buildAll(
        ports,
        { product },
        (service, event) => {
          const teller = tellers.get(service.id);
          if (teller && tellBuild(teller, event)) screen.changed();
          if (event.type === 'stage') progress(`${service.name}: ${event.message}`);
        },
        AbortSignal.any([signal, stop.signal]),
      ).catch((error: unknown) => {
        view.end(isCancelled(error) || signal.aborted || stop.signal.aborted ? 'cancelled' : red(String(error)));
        screen.end();
        throw error;
      }),
    );
    const failed = results.filter(({ error }) => error !== undefined);
    const why = failed.map(({ service, error }) => `${red('✗')} ${service.name}  ${(error ?? '').split('\n')[0]}`);
    view.end([...why, `${results.length - failed.length} built, ${failed.length} failed`].join('\n'));
    screen.end();
    if (failed.length === 0) return context.ui.inform(`${counted(results.length, 'service')} of ${product} built.`, []);
    context.ui.warn(
      `${failed.length} of ${results.length} builds failed: ${failed.map(({ service }) => service.name).join(', ')}. The terminal says why.`,
      [],
    );
  },
};

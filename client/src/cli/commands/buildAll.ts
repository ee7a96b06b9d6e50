import { type BuildAllResult, buildAllChanged, changedServices } from '../../delivery/buildAll.ts';
import { duration } from '../../delivery/units.ts';
import { type CliCommand, exit } from '../command.ts';
import type { Output } from '../output.ts';
import { progress } from '../progress.ts';
import { withPorts } from '../session.ts';
import { tellUnfinished } from '../unfinished.ts';

export const buildAll: CliCommand = {
  name: 'build-all',
  summary: 'build every service that has changed since its last build',
  operands: '[product]',
  count: { least: 0, most: 1 },
  about:
    'Compares each service with the revision of its last successful build and with its base image, and builds what has changed: as many at once as the builders have capacity for. One that fails does not stop the others; the exit code says whether any did.',
  options: {
    all: { type: 'boolean', help: 'also those that have not changed' },
    'dry-run': { type: 'boolean', help: 'only list what would be built, and why' },
  },
  examples: [
    { command: 'waybill build-all', means: 'every changed service of the workspace' },
    { command: 'waybill build-all zero-dsp --dry-run', means: 'what has changed in one product' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const [product] = call.arguments.operands;
      const input = { ...(product === undefined ? {} : { product }), all: call.arguments.flag('all') };
      if (call.arguments.flag('dry-run')) {
        for (const { service, changed, reason } of await changedServices(ports, input, call.signal)) {
          call.output.event({ type: 'candidate', service: service.id, changed, reason });
          call.output.line(`${changed || input.all ? 'build' : 'leave'}  ${service.id}: ${reason}`);
        }
        return exit.fine;
      }
      await tellUnfinished(call, ports);
      const tell = progress(call.output);
      const results = await buildAllChanged(
        ports,
        input,
        (service, event) => {
          // Many builds at once would be told in pieces: people get the ends, programs everything.
          if (event.type === 'warning') call.output.note(`${service.id}: ${event.message}`);
          else if (event.type === 'stage' && event.stage === 'builder') call.output.note(`${service.id}: ${event.message}`);
          else if (event.type !== 'build') return tell(event);
          call.output.event({ service: service.id, ...event, type: event.type });
        },
        call.signal,
      );
      return showResults(results, call.output);
    }),
};

function showResults(results: readonly BuildAllResult[], output: Output): number {
  for (const { service, built, error } of results) {
    output.event({
      type: 'result',
      service: service.id,
      ...(built ? { outcome: 'Succeeded', build: built.id, tag: built.tag } : { outcome: 'Failed', error }),
    });
    output.line(
      built
        ? `built   ${service.id}:${built.tag} on ${built.pool}/${built.member.name} in ${duration(built.image.seconds)}`
        : `failed  ${service.id}: ${error}`,
    );
  }
  const failed = results.filter(({ error }) => error !== undefined).length;
  output.line(results.length === 0 ? 'Nothing has changed.' : `${results.length - failed} built, ${failed} failed`);
  return failed > 0 ? exit.failed : exit.fine;
}

import { buildImage } from '../../delivery/build.ts';
import { duration } from '../../delivery/units.ts';
import { type CliCommand, type CliOption, exit } from '../command.ts';
import { progress } from '../progress.ts';
import { withPorts } from '../session.ts';
import { tellUnfinished } from '../unfinished.ts';

/** Options of commands that build. */
export const buildOptions: Readonly<Record<string, CliOption>> = {
  builder: { type: 'string', value: '<member>', help: 'build on this member of the pool and on no other; `pool/member` for another pool' },
  tag: { type: 'string', value: '<tag>', help: "instead of the manifest's template; never `latest`" },
};

export const build: CliCommand = {
  name: 'build',
  summary: "build a service's image on a remote Docker Engine",
  operands: '<service>',
  count: { least: 1, most: 1 },
  about:
    'Judges the service first (errors block), chooses a builder of its pool, sends the context, shows every step, and proves that the layers of the image begin with those of its base. Nothing is pushed. Ctrl-C stops the step on the daemon.',
  options: buildOptions,
  examples: [
    { command: 'waybill build order-api', means: 'on the builder that has its layers warm' },
    {
      command: 'waybill build zero-dsp/order-api --builder build-1',
      means: 'where two products have a service of that name; on one builder',
    },
    { command: 'waybill build order-api --builder docker-contexts/prod-build', means: 'on a host that `docker context ls` lists' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      await tellUnfinished(call, ports);
      const [service = ''] = call.arguments.operands;
      const input = { service, ...buildInput(call.arguments.text) };
      const { image, spec, tag, layers, id, pool, member } = await buildImage(ports, input, progress(call.output), call.signal);
      const name = `${spec.repository}:${tag}`;
      call.output.event({
        type: 'result',
        outcome: 'Succeeded',
        build: id,
        image: image.id,
        name,
        builder: `${pool}/${member.name}`,
        layers,
      });
      call.output.line(`Built ${name} on ${pool}/${member.name} in ${duration(image.seconds)} (${image.steps.cached} steps cached)`);
      return exit.fine;
    }),
};

/** What the options say of a build. */
export function buildInput(text: (option: string) => string | undefined): { readonly member?: string; readonly tag?: string } {
  const member = text('builder');
  const tag = text('tag');
  return { ...(member === undefined ? {} : { member }), ...(tag === undefined ? {} : { tag }) };
}

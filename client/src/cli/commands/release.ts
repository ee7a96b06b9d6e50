import { createRelease, type Released, releaseTo } from '../../delivery/release.ts';
import { type CliCommand, exit } from '../command.ts';
import { showDeployed } from '../deployed.ts';
import type { Output } from '../output.ts';
import { progress } from '../progress.ts';
import { confirmOptions, terminalQuestions } from '../questions.ts';
import { withPorts } from '../session.ts';
import { tellUnfinished } from '../unfinished.ts';
import { buildInput, buildOptions } from './build.ts';

export const release: CliCommand = {
  name: 'release',
  summary: 'build, push, verify the digest, record, and deploy where builds are taken',
  operands: '<service> [environment]',
  count: { least: 1, most: 2 },
  about:
    'Makes a release: one image by digest with the manifest it was made from. The digest of the push must be what the registry answers, or there is no release. With an environment that takes builds (`promote: { from: [] }`) the release is deployed there; other environments get it by `waybill deploy`.',
  options: { ...buildOptions, ...confirmOptions },
  examples: [
    { command: 'waybill release order-api dev', means: 'the whole way to dev; shows the plan and asks' },
    { command: 'waybill release order-api dev --yes --format json', means: 'in a pipeline: one JSON object per event' },
    { command: 'waybill release order-api', means: 'only make the release' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const [service = '', environment] = call.arguments.operands;
      const reason = call.arguments.text('reason');
      const input = { service, ...buildInput(call.arguments.text), ...(reason ? { reason } : {}) };
      const report = progress(call.output);
      await tellUnfinished(call, ports);
      if (environment === undefined) {
        showRelease(await createRelease(ports, input, report, call.signal), call.output);
        return exit.fine;
      }
      const released = await releaseTo(ports, { ...input, environment }, terminalQuestions(call, ports.documents), report, call.signal);
      showRelease(released, call.output);
      return showDeployed(released.deployed, call.output);
    }),
};

function showRelease({ release: { id, alias, identity, tags } }: Released, output: Output): void {
  output.event({ type: 'release', id, alias, service: identity.service, image: identity.image, tags });
  output.line(`Released ${identity.service} ${id} (${alias}): ${identity.image.repository}@${identity.image.digest}`);
}

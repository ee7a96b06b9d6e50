import { verifyService } from '../../delivery/verify.ts';
import { type CliCommand, exit } from '../command.ts';
import { verificationText } from '../deployed.ts';
import { progress } from '../progress.ts';
import { withPorts } from '../session.ts';

export const verify: CliCommand = {
  name: 'verify',
  summary: 'run the checks of what runs in an environment, and note the outcome in its record',
  operands: '<service> <environment>',
  count: { least: 2, most: 2 },
  about:
    'Runs what the manifest says under `verify`, as it was deployed: HTTP requests are sent to a ready instance, commands are run here without a shell, with WAYBILL_SERVICE, WAYBILL_ENVIRONMENT, WAYBILL_RELEASE and WAYBILL_IMAGE. A release whose checks passed is Verified, which `promote.requires.verified` and `soak` ask for. The exit code is 1 when a check failed.',
  options: {},
  examples: [{ command: 'waybill verify order-api staging', means: 'in CI, after the deployment' }],
  run: (call) =>
    withPorts(call, async (ports) => {
      const [service = '', environment = ''] = call.arguments.operands;
      const verification = await verifyService(ports, { service, environment }, progress(call.output), call.signal);
      call.output.event({ type: 'verification', service, environment, ...verification });
      call.output.line(verificationText(verification, call.output.colour));
      return verification.passed ? exit.fine : exit.findings;
    }),
};

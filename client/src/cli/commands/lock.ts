import { type LockOutcome, updateLock } from '../../delivery/lock.ts';
import { type CliCommand, exit } from '../command.ts';
import type { Output } from '../output.ts';
import { withPorts } from '../session.ts';

export const lock: CliCommand = {
  name: 'lock',
  summary: 'pin remote standards and floating images in waybill.lock.yaml',
  operands: '',
  count: { least: 0, most: 0 },
  about:
    'Fetches the standards that others extend from git or a registry, keeps the copies in .waybill/cache, and writes what they and the floating images of FROM mean now into waybill.lock.yaml. What the lock pins already stays as it is, unless `--update` is given; copies that are missing here are fetched as they were pinned. Everything else reads the copies and connects to nothing.',
  options: {
    update: { type: 'boolean', help: 'look everything up again: branches and tags may have moved' },
    check: { type: 'boolean', help: 'write nothing; exit code 1 when the lock is not up to date' },
  },
  examples: [
    { command: 'waybill lock', means: 'after a clone, and after changing FROM or `extends`' },
    { command: 'waybill lock --update', means: 'take what branches and tags mean today' },
    { command: 'waybill lock --check', means: 'in a pipeline: is the lock up to date?' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const order = { update: call.arguments.flag('update'), check: call.arguments.flag('check'), generator: call.version() };
      const outcomes = await updateLock(ports, order, (message) => call.output.note(`▸ ${message}`), call.signal);
      for (const outcome of outcomes) show(call.output, outcome, order.check);
      if (outcomes.length === 0) call.output.line('Nothing floats here: no lock is needed.');
      return order.check && outcomes.some(({ changed }) => changed) ? exit.findings : exit.fine;
    }),
};

function show(output: Output, outcome: LockOutcome, check: boolean): void {
  const { file, changed, pinned, removed, fetched } = outcome;
  output.event({ type: 'lock', ...outcome });
  for (const ref of pinned) output.line(`  pinned   ${ref}`);
  for (const ref of removed) output.line(`  removed  ${ref}`);
  const state = changed ? (check ? 'is not up to date' : 'written') : 'is up to date';
  output.line(`${file} ${state}${fetched.length > 0 && !check ? `, ${fetched.length} copies fetched` : ''}`);
}

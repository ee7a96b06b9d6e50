import { findEnvironment, findService } from '../../delivery/find.ts';
import { openShell } from '../../delivery/reach.ts';
import type { ExecSession } from '../../ports.ts';
import type { CliCommand } from '../command.ts';
import { withPorts } from '../session.ts';

export const exec: CliCommand = {
  name: 'exec',
  summary: 'run a command, or a shell, in an instance of a service',
  operands: '<service> <environment> [-- command…]',
  count: { least: 2, most: Number.POSITIVE_INFINITY },
  about:
    'Runs in the newest instance that is ready; without a command it opens a shell. On a terminal it is interactive; otherwise what comes in goes to the command, and its two outputs stay apart. The exit code is the command’s own. Refused where the environment forbids `exec`.',
  options: {
    instance: { type: 'string', value: '<name>', help: 'this instance instead of the newest' },
    container: { type: 'string', value: '<name>', help: 'this container instead of the first' },
  },
  examples: [
    { command: 'waybill exec order-api dev', means: 'a shell' },
    { command: 'waybill exec order-api staging -- cat /etc/os-release', means: 'one command' },
    { command: 'waybill exec order-api dev -- tar c /data > data.tar', means: 'its output, byte for byte' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const { arguments: args, signal } = call;
      const [service = '', environment = '', ...command] = args.operands;
      const model = await ports.documents.model(signal);
      const found = findService(model, service);
      const where = findEnvironment(model, found, environment);
      const { stdin, stdout, stderr } = process;
      const terminal = stdin.isTTY && stdout.isTTY ? { columns: stdout.columns, rows: stdout.rows } : undefined;
      const instance = args.text('instance');
      const container = args.text('container');
      const session = await openShell(
        ports,
        where,
        {
          service: found.name,
          ...(instance === undefined ? {} : { instance }),
          ...(container === undefined ? {} : { container }),
          ...(command.length > 0 ? { command } : {}),
          ...(terminal ? { terminal } : {}),
          input: true,
          output: (data, isError) => void (isError ? stderr : stdout).write(data),
        },
        signal,
      );
      const leave = attach(session, terminal !== undefined);
      try {
        return await session.ended;
      } finally {
        leave();
        await new Promise<void>((done) => stdout.write('', () => done()));
      }
    }),
};

/** Hands keys and size of this terminal to the session; answers how to give the terminal back. */
function attach(session: ExecSession, raw: boolean): () => void {
  const { stdin, stdout } = process;
  const data = (bytes: Uint8Array): void => session.write(bytes);
  const end = (): void => session.endInput();
  const resize = (): void => session.resize(stdout.columns, stdout.rows);
  if (raw) stdin.setRawMode(true);
  stdin.on('data', data).on('end', end);
  if (raw) stdout.on('resize', resize);
  return () => {
    if (raw) stdin.setRawMode(false);
    stdout.off('resize', resize);
    stdin.off('data', data).off('end', end).pause();
  };
}

import { closest } from '../delivery/closest.ts';
import { fail } from '../errors.ts';
import { commonOptions, readArguments } from './arguments.ts';
import { type CliCommand, exit } from './command.ts';
import { showFailure } from './failure.ts';
import { commandHelp, programHelp } from './help.ts';
import { type Output, type Streams, streamOutput } from './output.ts';
import type { OwnPackage } from './packageFolder.ts';

export { ownPackage } from './packageFolder.ts';

/** The commands in the order of the help. Each is loaded when it is called: the start of one does not pay for the others. */
const loaders: Readonly<Record<string, () => Promise<CliCommand>>> = {
  lint: async () => (await import('./commands/lint.ts')).lint,
  explain: async () => (await import('./commands/explain.ts')).explain,
  import: async () => (await import('./commands/import.ts')).importManifests,
  dockerfile: async () => (await import('./commands/dockerfile.ts')).dockerfile,
  build: async () => (await import('./commands/build.ts')).build,
  'build-all': async () => (await import('./commands/buildAll.ts')).buildAll,
  release: async () => (await import('./commands/release.ts')).release,
  plan: async () => (await import('./commands/plan.ts')).plan,
  deploy: async () => (await import('./commands/deploy.ts')).deploy,
  'deploy-environment': async () => (await import('./commands/deployEnvironment.ts')).deployEnvironmentCommand,
  rollback: async () => (await import('./commands/rollback.ts')).rollback,
  scale: async () => (await import('./commands/operate.ts')).scale,
  restart: async () => (await import('./commands/operate.ts')).restart,
  pause: async () => (await import('./commands/operate.ts')).pause,
  preview: async () => (await import('./commands/eject.ts')).preview,
  eject: async () => (await import('./commands/eject.ts')).eject,
  verify: async () => (await import('./commands/verify.ts')).verify,
  evidence: async () => (await import('./commands/evidence.ts')).evidence,
  history: async () => (await import('./commands/history.ts')).history,
  handover: async () => (await import('./commands/history.ts')).handover,
  compare: async () => (await import('./commands/history.ts')).compare,
  drift: async () => (await import('./commands/drift.ts')).drift,
  rebase: async () => (await import('./commands/rebase.ts')).rebase,
  'base-image': async () => (await import('./commands/baseImage.ts')).baseImage,
  status: async () => (await import('./commands/status.ts')).status,
  exec: async () => (await import('./commands/exec.ts')).exec,
  forward: async () => (await import('./commands/forward.ts')).forward,
  logs: async () => (await import('./commands/logs.ts')).logs,
  diagnose: async () => (await import('./commands/diagnose.ts')).diagnose,
  config: async () => (await import('./commands/config.ts')).config,
  pin: async () => (await import('./commands/pin.ts')).pin,
  isolation: async () => (await import('./commands/isolation.ts')).isolation,
  environment: async () => (await import('./commands/environment.ts')).environment,
  parity: async () => (await import('./commands/parity.ts')).parity,
  lock: async () => (await import('./commands/lock.ts')).lock,
};

/** Every command, for the help. */
export function loadCommands(): Promise<readonly CliCommand[]> {
  return Promise.all(Object.values(loaders).map((load) => load()));
}

export interface Process extends Streams {
  /** Absolute. */
  readonly directory: string;
  readonly own: () => OwnPackage;
}

/** Runs one call from its arguments and answers the exit code. Never throws. */
export async function run(args: readonly string[], process: Process, signal: AbortSignal): Promise<number> {
  // Errors of the arguments themselves are told in the form that was asked for.
  const json = args.some((arg, index) => arg === '--format=json' || (arg === '--format' && args[index + 1] === 'json'));
  const output = streamOutput(process, json);
  try {
    return await dispatch(args, process, output, signal);
  } catch (error) {
    return showFailure(error, output, process.directory);
  }
}

async function dispatch(args: readonly string[], process: Process, output: Output, signal: AbortSignal): Promise<number> {
  const { name, rest } = splitCommand(args);
  if (name === undefined) {
    if (rest.includes('--version')) return print(process, process.own().version);
    const [unknown] = rest.filter((arg) => !['--help', '-h'].includes(arg));
    if (unknown !== undefined) throw fail('usage', `There is no option \`${unknown}\` before a command.`, 'See `waybill --help`.');
    print(process, programHelp(await loadCommands()));
    return rest.length > 0 ? exit.fine : exit.usage;
  }
  if (name === 'help') {
    return print(process, rest[0] === undefined ? programHelp(await loadCommands()) : commandHelp(await commandNamed(rest[0])));
  }
  const command = await commandNamed(name);
  const read = readArguments(command, rest);
  if (read.flag('help')) return print(process, commandHelp(command));
  return command.run({
    arguments: read,
    output,
    signal,
    directory: process.directory,
    pages: () => process.own().pages,
    version: () => process.own().version,
  });
}

/** The command's name and the rest; `-C folder` and `--format json` may stand before it. */
function splitCommand(args: readonly string[]): { readonly name?: string; readonly rest: readonly string[] } {
  const leading = new Set(
    Object.entries(commonOptions).flatMap(([name, { type, short }]) =>
      type === 'string' ? [`--${name}`, ...(short ? [`-${short}`] : [])] : [],
    ),
  );
  let at = 0;
  while (at < args.length && args[at]?.startsWith('-')) at += leading.has(args[at] ?? '') ? 2 : 1;
  const name = args[at];
  return name === undefined ? { rest: args } : { name, rest: [...args.slice(0, at), ...args.slice(at + 1)] };
}

async function commandNamed(name: string): Promise<CliCommand> {
  const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  if (load) return load();
  const near = closest(name, Object.keys(loaders));
  throw fail('usage', `There is no command \`${name}\`.`, near ? `Did you mean \`waybill ${near}\`?` : 'See `waybill --help`.');
}

function print({ stdout }: Process, text: string): number {
  stdout.write(`${text}\n`);
  return exit.fine;
}

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ejectFiles, previewFiles } from '../../delivery/eject.ts';
import { fail } from '../../errors.ts';
import { type CliCommand, exit } from '../command.ts';
import { withPorts } from '../session.ts';

export const preview: CliCommand = {
  name: 'preview',
  summary: 'print the files that a deployment amounts to: Kubernetes YAML or a Compose file',
  operands: '<service> <environment>',
  count: { least: 2, most: 2 },
  about:
    'Prints what would be applied, in the words of the target itself: usable by kubectl or docker compose alone. Nothing is connected to.',
  options: { release: { type: 'string', value: '<release>', help: 'id, alias or tag; default: the newest' } },
  examples: [{ command: 'waybill preview order-api staging', means: 'of the newest release' }],
  run: (call) =>
    withPorts(call, async (ports) => {
      const [service = '', environment = ''] = call.arguments.operands;
      const release = call.arguments.text('release');
      const files = await previewFiles(ports, { service, environment, ...(release ? { release } : {}) }, call.signal);
      for (const file of files) {
        call.output.event({ type: 'file', ...file });
        call.output.line(file.text.trimEnd());
      }
      return exit.fine;
    }),
};

export const eject: CliCommand = {
  name: 'eject',
  summary: 'write everything that would be applied as files, to go on without Waybill',
  operands: '[service…]',
  count: { least: 0, most: 500 },
  about:
    'Writes plain Kubernetes YAML for each environment, a Kustomize base with overlays where a service has several Kubernetes environments, and a Compose file for each service on Docker hosts. A file that is there already stops it.',
  options: {
    output: { type: 'string', short: 'o', value: '<folder>', help: 'where to; default `ejected`' },
    environment: { type: 'string', value: '<name>', help: 'only this one' },
  },
  examples: [
    { command: 'waybill eject', means: 'all services in all environments, into ejected/' },
    { command: 'waybill eject order-api -o deploy', means: 'one service, into deploy/' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const { operands } = call.arguments;
      const environment = call.arguments.text('environment');
      const input = { ...(operands.length > 0 ? { services: operands } : {}), ...(environment ? { environment } : {}) };
      const { files, leftOut } = await ejectFiles(ports, input, call.signal);
      const folder = resolve(call.directory, call.arguments.text('output') ?? 'ejected');
      for (const { path, text } of files) {
        const file = join(folder, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error;
          throw fail('refused', `${file} is there already.`, 'Name another folder with `--output`, or remove it.');
        });
        call.output.event({ type: 'file', path: file });
        call.output.line(file);
      }
      for (const line of leftOut) call.output.note(`left out: ${line}`);
      return exit.fine;
    }),
};

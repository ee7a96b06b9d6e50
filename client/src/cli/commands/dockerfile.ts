import { existsSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findService } from '../../delivery/find.ts';
import { fail } from '../../errors.ts';
import { type CliCommand, exit } from '../command.ts';
import { namedRoot } from '../workspaceRoot.ts';

export const dockerfile: CliCommand = {
  name: 'dockerfile',
  summary: 'the Dockerfile of a service, from its manifest and the standards',
  operands: '<service>',
  count: { least: 1, most: 1 },
  about:
    'Prints the Dockerfile of the service’s own layer: its base image by digest, what `build.artifact` makes, its ports, and the labels that the standards require. Its first line holds a hash, by which edits by hand are found later. With `--write` it is written where `build` says; one that is there already is left alone.',
  options: { write: { type: 'boolean', short: 'w', help: 'write the file instead of printing it' } },
  examples: [{ command: 'waybill dockerfile order-api --write', means: 'write it beside the manifest' }],
  async run({ arguments: args, directory, output }) {
    const { coreDocuments, createDockerfile, loadWorkspace } = await import('../language.ts');
    const workspace = loadWorkspace([namedRoot(directory, args.text('workspace'))], new Date());
    const model = await coreDocuments(workspace).model(AbortSignal.timeout(60_000));
    const service = findService(model, args.operands[0] ?? '');
    const created = createDockerfile(workspace, service.location.uri);
    if ('problem' in created) throw fail('configuration', created.problem, 'Mend waybill.yaml, then run this again.');
    const file = fileURLToPath(created.uri);
    const exists = existsSync(file);
    const written = args.flag('write') && !exists;
    if (written) writeFileSync(file, created.text, { flag: 'wx' });
    output.event({ type: 'dockerfile', file, exists, written, text: created.text, report: [...created.report] });
    const shown = relative(directory, file);
    if (!args.flag('write')) output.line(created.text.trimEnd());
    else output.line(written ? `Wrote ${shown}` : `${shown} is there already: left as it is`);
    for (const sentence of created.report) output.note(sentence);
    return exit.fine;
  },
};

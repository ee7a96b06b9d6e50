import { readFile, rename, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CatalogueChange } from '../../../../server/src/protocol.ts';
import { buildBaseImage } from '../../delivery/baseImage.ts';
import { inspectForStandards } from '../../delivery/registerImage.ts';
import { duration } from '../../delivery/units.ts';
import { fail } from '../../errors.ts';
import type { Ports } from '../../ports.ts';
import { type Call, type CliCommand, exit } from '../command.ts';
import { progress } from '../progress.ts';
import { withPorts } from '../session.ts';
import { tellUnfinished } from '../unfinished.ts';

const layers = ['os', 'base', 'builder'] as const;

export const baseImage: CliCommand = {
  name: 'base-image',
  summary: 'build an OS or base image of the standards, or register one that exists',
  operands: 'build|register <image>',
  count: { least: 2, most: 2 },
  about:
    '`build` builds the Dockerfile that the standards name as the `source` of an image, proves that it stands on its OS image, pushes it under a new tag, and writes tag and digest into the standards; what was `current` goes to the head of `previous`. `register` looks at an image in its registry (digest, user, ports, environment, os-release) and writes it into the standards: as a new entry, or as the new `current` of the line that has its repository. Comments stay.',
  options: {
    layer: { type: 'string', value: '<os|base|builder>', help: 'what a registered image is; `base` by default' },
    name: { type: 'string', value: '<name>', help: 'name of a registered image in the standards' },
    standards: { type: 'string', value: '<name>', help: 'the standards that a new entry is written into, where there are several' },
    tag: { type: 'string', value: '<tag>', help: 'of a built image; by default the number at the end of the current tag is counted up' },
    builder: { type: 'string', value: '<member>', help: 'build on this member of the pool and on no other' },
    'dry-run': { type: 'boolean', help: 'only show what would be registered' },
  },
  examples: [
    { command: 'waybill base-image build java-tomcat-9', means: 'a patched image of the line, written into the standards' },
    { command: 'waybill base-image register registry.example.com/os/rocky:9.6-2 --layer os', means: 'an image that somebody else built' },
  ],
  run: (call) => {
    const [verb = '', image = ''] = call.arguments.operands;
    if (verb === 'build') return withPorts(call, (ports) => build(call, ports, image));
    if (verb === 'register') return withPorts(call, (ports) => register(call, ports, image));
    throw fail('usage', `\`${verb}\` is neither \`build\` nor \`register\`.`, 'See `waybill base-image --help`.');
  },
};

async function build(call: Call, ports: Ports, image: string): Promise<number> {
  await tellUnfinished(call, ports);
  const tag = call.arguments.text('tag');
  const member = call.arguments.text('builder');
  const input = { image, ...(tag === undefined ? {} : { tag }), ...(member === undefined ? {} : { member }) };
  const built = await buildBaseImage(ports, input, progress(call.output), call.signal);
  const { line, push, above } = built;
  call.output.line(`Built and pushed ${line.repository}:${built.tag}@${push.digest} in ${duration(built.image.seconds)}`);
  const file = await write(call, ports, { change: 'pin', image: line.id, tag: built.tag, digest: push.digest });
  const next = line.layer === 'os' ? above : line.services;
  call.output.event({
    type: 'base-image',
    image: line.id,
    tag: built.tag,
    digest: push.digest,
    layers: built.layers,
    file,
    above: [...next],
  });
  if (next.length > 0)
    call.output.line(
      `${next.join(', ')} ${next.length === 1 ? 'stands' : 'stand'} on ${line.name} and ${next.length === 1 ? 'keeps' : 'keep'} the earlier image until built or rebased.`,
    );
  return exit.fine;
}

async function register(call: Call, ports: Ports, reference: string): Promise<number> {
  const wanted = call.arguments.text('layer') ?? 'base';
  const layer = layers.find((one) => one === wanted);
  if (!layer) throw fail('usage', `\`${wanted}\` is no layer.`, 'Write `--layer os`, `base` or `builder`.');
  const name = call.arguments.text('name');
  const found = await inspectForStandards(ports, { reference, layer, ...(name ? { name } : {}) }, progress(call.output), call.signal);
  const { image, description, line } = found;
  const { PRETTY_NAME: system = 'no os-release' } = description.release ?? {};
  call.output.line(`${reference}@${image.digest}`);
  call.output.line(
    `${system}; ${description.layers.length} layers; user ${description.user || 'root'}; ports ${description.ports.join(', ') || 'none'}`,
  );
  const standards = call.arguments.text('standards');
  const change: CatalogueChange = line
    ? { change: 'pin', image: line.id, tag: image.tag, digest: image.digest }
    : { change: 'register', image, ...(standards ? { standards } : {}) };
  const file = call.arguments.flag('dry-run') ? undefined : await write(call, ports, change);
  call.output.event({ type: 'registered', image, ...(line ? { line: line.id } : {}), ...(file ? { file } : {}) });
  return exit.fine;
}

/** Writes the edit of the standards in one step; answers the file. */
async function write(call: Call, ports: Ports, change: CatalogueChange): Promise<string> {
  const edit = await ports.documents.changeCatalogue(change, call.signal);
  if ('problem' in edit) throw fail('configuration', `The standards are not changed: ${edit.problem}`, 'Write it by hand.');
  const { applyEdits } = await import('../language.ts');
  const file = fileURLToPath(edit.uri);
  await writeFile(`${file}.part`, applyEdits(await readFile(file, 'utf8'), edit.edits));
  await rename(`${file}.part`, file);
  call.output.line(`Wrote ${relative(call.directory, file)}`);
  return file;
}

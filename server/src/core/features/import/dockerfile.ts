import type { ImportedService } from '../../../protocol.ts';
import type { Dockerfile, Instruction, Stage } from '../../dockerfile/model.ts';
import { parseDockerfile } from '../../dockerfile/parse.ts';
import type { CatalogueImage } from '../../standards/model.ts';
import { optional } from '../../text/optional.ts';
import { baseName, parentUri, resolveUri } from '../../text/uris.ts';
import { changeWorkspace, type Workspace } from '../workspace.ts';
import { labelOf } from './amounts.ts';
import { collectNotes, type Notes } from './notes.ts';
import { baseImageOf, fillRequired, type ImportPlace, productOf, repositoryOf } from './place.ts';
import { namedPorts, portSection, type SourcePort } from './ports.ts';
import { type Sections, writeManifest } from './write.ts';

/** A manifest for the service whose Dockerfile this is, to stand beside it. */
export function importDockerfile(before: Workspace, uri: string, text: string): readonly ImportedService[] {
  const workspace = changeWorkspace(before, [{ uri, kind: 'dockerfile', text }]);
  const dockerfile = workspace.dockerfile(uri) ?? parseDockerfile(uri, text);
  const target = resolveUri(parentUri(uri), 'waybill.yaml');
  const place: ImportPlace = { workspace, uri: target, standards: workspace.standardsFor(uri), notes: collectNotes() };
  const name = serviceName(uri, place.notes);
  const service = sectionsOf(dockerfile, place, name);
  return [{ name, uri: target, exists: workspace.file(target) !== undefined, text: writeManifest(service), notes: place.notes.all() }];
}

function sectionsOf(dockerfile: Dockerfile, place: ImportPlace, name: string): Sections {
  const { standards, notes } = place;
  const instructions = chain(dockerfile.stages.at(-1)).flatMap((stage) => stage.instructions);
  const image = baseImageOf(place.workspace, dockerfile.uri);
  const product = productOf(place);
  noteArguments(dockerfile, notes);
  const sections: Sections = {
    metadata: { name, product },
    ...optional('standards', standards?.name || undefined),
    build: { context: '.', dockerfile: baseName(dockerfile.uri), ...(image?.layer === 'base' ? { base: image.name } : {}) },
    image: { repository: repositoryOf(place, product, name) },
    ports: portSection(namedPorts(portsOf(dockerfile, instructions, image, notes))),
    lifecycle: lifecycleOf(instructions),
  };
  noteInstructions(dockerfile, instructions, notes);
  fillRequired(sections, place);
  if (standards && !image) {
    const from = dockerfile.stages.at(-1)?.instructions[0];
    notes.lost(
      from && placeOf(dockerfile, from),
      'FROM',
      'The last stage stands on no base image of the standards.',
      'Stand on one of them, and name it under `build.base`.',
    );
  }
  return sections;
}

function chain(stage: Stage | undefined): readonly Stage[] {
  const stages: Stage[] = [];
  for (let one = stage; one; one = one.parent) stages.unshift(one);
  return stages;
}

function serviceName(uri: string, notes: Notes): string {
  const folder = baseName(parentUri(uri));
  const name = labelOf(folder) || 'service';
  if (name !== folder)
    notes.todo(
      'metadata.name',
      `The folder \`${folder}\` cannot be the name of a service.`,
      `It is called \`${name}\`: look whether that is right.`,
    );
  return name;
}

/** Arguments of the build that have no value. */
function noteArguments(file: Dockerfile, notes: Notes): void {
  const seen = new Set<string>();
  for (const one of file.instructions) {
    if (one.kind !== 'ARG') continue;
    for (const pair of one.pairs) {
      const name = pair.name.value;
      if (
        pair.value ||
        seen.has(name) ||
        /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/.test(name) ||
        file.globalArgs.get(name) !== undefined
      )
        continue;
      seen.add(name);
      notes.lost(placeOf(file, one), `ARG ${name}`, 'It has no default.', `Write it under \`build.args.${name}\`.`);
    }
  }
}

function portsOf(
  file: Dockerfile,
  instructions: readonly Instruction[],
  image: CatalogueImage | undefined,
  notes: Notes,
): readonly SourcePort[] {
  const words = instructions.flatMap((one) =>
    one.kind === 'EXPOSE' ? one.words.map((word) => ({ text: word.value, at: placeOf(file, one) })) : [],
  );
  const inherited = (image?.config?.ports ?? []).map((port) => ({ text: String(port), at: undefined }));
  const ports = (words.length > 0 ? words : inherited).flatMap(({ text, at }) => {
    const match = /^(\d+)(?:\/(tcp|udp))?$/i.exec(text);
    if (!match) notes.lost(at, `EXPOSE ${text}`, 'It is no single port.', 'Add what it means to `ports`.');
    return match ? [{ port: Number(match[1]), udp: match[2]?.toLowerCase() === 'udp' }] : [];
  });
  if (ports.length === 0)
    notes.todo('ports', 'Neither the Dockerfile nor the base image says which ports there are.', 'Add `ports` if the service listens.');
  return ports;
}

function lifecycleOf(instructions: readonly Instruction[]): Record<string, unknown> {
  const signal = instructions.flatMap((one) => (one.kind === 'STOPSIGNAL' && one.value ? [one.value.value] : [])).at(-1);
  return signal && /^SIG[A-Z0-9+]+$/.test(signal) ? { stopSignal: signal } : {};
}

function noteInstructions(file: Dockerfile, instructions: readonly Instruction[], notes: Notes): void {
  for (const one of instructions) {
    if (one.kind === 'HEALTHCHECK')
      notes.lost(placeOf(file, one), 'HEALTHCHECK', 'Kubernetes does not read it.', 'Write what it asks for under `health.readiness`.');
    if (one.kind === 'VOLUME')
      notes.lost(
        placeOf(file, one),
        `VOLUME ${one.words.map((word) => word.value).join(' ')}`,
        'Manifests have no volumes: what is written there is gone with the instance.',
        'Keep data in a database or an object store.',
      );
  }
}

function placeOf({ index }: Dockerfile, { start, end }: Instruction) {
  return { range: index.range(start, end) };
}

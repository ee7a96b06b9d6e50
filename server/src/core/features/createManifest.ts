import { effectiveStages } from '../dockerfile/effective.ts';
import type { Dockerfile, Instruction, Stage } from '../dockerfile/model.ts';
import { parseDockerfile } from '../dockerfile/parse.ts';
import type { CatalogueImage, Standards } from '../standards/model.ts';
import { baseName, parentUri } from '../text/uris.ts';
import type { Workspace } from './workspace.ts';

/** A new `waybill.yaml` and what of the source it could not say. */
export interface CreatedManifest {
  readonly text: string;
  /** Sentences for people: what was guessed, what did not carry over and where it goes. */
  readonly report: readonly string[];
}

/** A manifest for the service whose Dockerfile this is, to stand beside it; undefined when there is no such Dockerfile. */
export function createManifest(workspace: Workspace, dockerfileUri: string): CreatedManifest | undefined {
  const file = workspace.file(dockerfileUri);
  if (file?.kind !== 'dockerfile') return undefined;
  const dockerfile = parseDockerfile(file.uri, file.text);
  const standards = workspace.standardsFor(dockerfileUri);
  const stage = dockerfile.stages.at(-1);
  const state = stage ? effectiveStages(dockerfile, standards)[stage.index] : undefined;
  const image = state?.root.kind === 'image' ? state.root.catalogue?.image : undefined;
  const report: string[] = [];
  const name = serviceName(dockerfileUri, report);
  const product = workspace.environmentsFor(dockerfileUri)?.product || productGuess(report);
  const instructions = chain(stage).flatMap((one) => one.instructions);
  const ports = portsOf(instructions, image, report);
  const lines = [
    'apiVersion: waybill.dev/v1',
    'kind: Service',
    'metadata:',
    `  name: ${name}`,
    `  product: ${product}`,
    ...(standards?.name ? [`standards: ${standards.name}`] : []),
    '',
    ...buildLines(dockerfile, dockerfileUri, image, report),
    '',
    'image:',
    `  repository: ${repository(standards, product, name, report)}`,
    '',
    ...portLines(ports),
    ...resourceLines(standards, report),
    ...healthLines(standards, ports, instructions, report),
    ...lifecycleLines(instructions),
  ];
  if (!image && state?.root.kind === 'image')
    report.push(`\`${state.root.reference}\` is no base image of the standards: \`build.base\` is left out.`);
  reportRest(instructions, report);
  return { text: `${lines.join('\n').trimEnd()}\n`, report };
}

function chain(stage: Stage | undefined): readonly Stage[] {
  const stages: Stage[] = [];
  for (let one = stage; one; one = one.parent) stages.unshift(one);
  return stages;
}

function serviceName(uri: string, report: string[]): string {
  const folder = baseName(parentUri(uri));
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 46)
    .replace(/-+$/, '');
  if (name !== folder) report.push(`The folder \`${folder}\` cannot be the name of a service: it is called \`${name || 'service'}\`.`);
  return name || 'service';
}

function productGuess(report: string[]): string {
  report.push('No environments file says which product this is: `product` is to be filled in.');
  return 'product';
}

function repository(standards: Standards | undefined, product: string, name: string, report: string[]): string {
  const host = standards?.registries[0]?.host;
  if (!host) report.push('No standards name a registry: `image.repository` is to be filled in.');
  return `${host ?? 'registry.example.com'}/${product}/${name}`;
}

function buildLines(file: Dockerfile, uri: string, image: CatalogueImage | undefined, report: string[]): readonly string[] {
  const required = file.instructions.flatMap((one) =>
    one.kind === 'ARG' ? one.pairs.filter((pair) => !pair.value).map((pair) => pair.name.value) : [],
  );
  const names = [...new Set(required)].filter(
    (name) => !/^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/.test(name) && file.globalArgs.get(name) === undefined,
  );
  for (const name of names) report.push(`\`ARG ${name}\` has no default: give it under \`build.args\`.`);
  return ['build:', '  context: .', `  dockerfile: ${baseName(uri)}`, ...(image?.layer === 'base' ? [`  base: ${image.name}`] : [])];
}

function portsOf(
  instructions: readonly Instruction[],
  image: CatalogueImage | undefined,
  report: string[],
): readonly { readonly name: string; readonly port: number; readonly udp: boolean }[] {
  const words = instructions.flatMap((one) => (one.kind === 'EXPOSE' ? one.words.map((word) => word.value) : []));
  const inherited = (image?.config?.ports ?? []).map(String);
  const read = [...new Set(words.length > 0 ? words : inherited)].flatMap((word) => {
    const match = /^(\d+)(?:\/(tcp|udp))?$/i.exec(word);
    if (!match) report.push(`\`EXPOSE ${word}\` is no single port: add what it means to \`ports\`.`);
    return match ? [{ port: Number(match[1]), udp: match[2]?.toLowerCase() === 'udp' }] : [];
  });
  if (read.length === 0) report.push('Neither the Dockerfile nor the base image says which ports there are: add `ports` if it listens.');
  return read.map(({ port, udp }, i) => ({ name: i === 0 && !udp ? 'http' : `port-${port}`, port, udp }));
}

function portLines(ports: ReturnType<typeof portsOf>): readonly string[] {
  if (ports.length === 0) return [];
  return ['ports:', ...ports.map(({ name, port, udp }) => `  - { name: ${name}, port: ${port}${udp ? ', protocol: udp' : ''} }`), ''];
}

/** The amounts that the standards ask for, as a start. */
function resourceLines(standards: Standards | undefined, report: string[]): readonly string[] {
  const required = standards?.policy.requiredResources ?? [];
  if (required.length === 0) return [];
  report.push('The amounts under `resources` are a start: measure, and set them.');
  const of = (section: string) =>
    required
      .filter((path) => path.startsWith(`${section}.`))
      .map((path) => {
        const resource = path.slice(section.length + 1);
        return `${resource}: ${resource === 'cpu' ? (section === 'limits' ? '1' : '100m') : section === 'limits' ? '512Mi' : '256Mi'}`;
      });
  const sections = ['requests', 'limits'].flatMap((section) =>
    of(section).length > 0 ? [`  ${section}: { ${of(section).join(', ')} }`] : [],
  );
  return ['resources:', ...sections, ''];
}

function healthLines(
  standards: Standards | undefined,
  ports: ReturnType<typeof portsOf>,
  instructions: readonly Instruction[],
  report: string[],
): readonly string[] {
  if (instructions.some((one) => one.kind === 'HEALTHCHECK'))
    report.push('`HEALTHCHECK` is not read by Kubernetes: write what it asks for under `health`.');
  const required = standards?.policy.requiredHealth ?? [];
  const port = ports[0];
  if (required.length === 0 || !port) return [];
  report.push('The checks under `health` only ask whether the port is open: name a path that tells more.');
  return ['health:', ...required.map((probe) => `  ${probe}: { tcp: { port: ${port.name} } }`), ''];
}

function lifecycleLines(instructions: readonly Instruction[]): readonly string[] {
  const signal = instructions.flatMap((one) => (one.kind === 'STOPSIGNAL' && one.value ? [one.value.value] : [])).at(-1);
  return signal && /^SIG[A-Z0-9+]+$/.test(signal) ? [`lifecycle: { stopSignal: ${signal} }`, ''] : [];
}

function reportRest(instructions: readonly Instruction[], report: string[]): void {
  const volumes = instructions.flatMap((one) => (one.kind === 'VOLUME' ? one.words.map((word) => word.value) : []));
  if (volumes.length > 0)
    report.push(
      `What is written to ${volumes.map((path) => `\`${path}\``).join(', ')} (VOLUME) is gone with the container: manifests have no volumes.`,
    );
}

import type { CreatedDockerfile, ImportRefusal } from '../../protocol.ts';
import { currentReference, osOf, userOf } from '../dockerfile/catalogue.ts';
import { withGeneratedHeader } from '../dockerfile/generated.ts';
import type { CatalogueImage, Standards } from '../standards/model.ts';
import { itemsAt, numberAt, textAt, textMapAt, textsAt, type YamlNode } from '../yaml/tree.ts';
import type { Workspace } from './workspace.ts';

/** The Dockerfile of a service's own layer on its base image, or why there can be none. */
export function createDockerfile(workspace: Workspace, serviceUri: string): CreatedDockerfile | ImportRefusal {
  const service = workspace.serviceAt(serviceUri);
  if (!service) return { problem: 'This is no manifest of a service.' };
  const standards = workspace.standardsFor(serviceUri);
  if (!standards) return { problem: 'No standards say which base images there are.' };
  const name = service.base?.text;
  if (!name) return { problem: `\`${service.name}\` names no base image: write it under \`build.base\`.` };
  const base = standards.images.find((image) => image.layer === 'base' && image.name === name);
  if (!base) return { problem: `The standards have no base image \`${name}\`: see \`build.base\`.` };
  const report: string[] = [];
  if (!base.current?.digest) report.push(`The standards have no digest of \`${base.name}\`: pin FROM when there is one.`);
  const target = textAt(service.root, 'build', 'target');
  const lines = [
    `FROM ${currentReference(base)}${target ? ` AS ${target}` : ''}`,
    ...copyLines(service.root, standards, base, report),
    ...exposeLines(service.root, base),
    ...labelLines(workspace, service.root, standards, report),
  ];
  const source = `${service.name} (standards ${standards.name}${standards.version ? ` ${standards.version}` : ''})`;
  const exists = workspace.file(service.dockerfileUri) !== undefined;
  return { uri: service.dockerfileUri, exists, text: withGeneratedHeader(source, `${lines.join('\n')}\n`), report };
}

/** Each output of `build.artifact` goes to the folder of applications, owned by the user that runs. */
function copyLines(root: YamlNode | undefined, standards: Standards, base: CatalogueImage, report: string[]): readonly string[] {
  const os = osOf(standards, base);
  const user = userOf(base) ?? (os ? userOf(os) : undefined);
  const owner = user && !/^(?:root|0)(?::|$)/.test(user) ? `--chown=${user.includes(':') ? user : `${user}:${user}`} ` : '';
  const folder = base.config?.workdir ?? standards.policy.directories.app ?? '/opt/app';
  const outputs = textsAt(root, 'build', 'artifact', 'outputs');
  if (outputs.length === 0) report.push('The manifest names no `build.artifact.outputs`: say with COPY what the image is made of.');
  return outputs.map((path) => {
    const isFolder = path.endsWith('/');
    return `COPY ${owner}${path} ${folder}/${isFolder ? path : ''}`;
  });
}

/** Ports that the base image does not say already. */
function exposeLines(root: YamlNode | undefined, base: CatalogueImage): readonly string[] {
  const known = base.config?.ports ?? [];
  const ports = itemsAt(root, 'ports').flatMap((item) => {
    const port = numberAt(item, 'port');
    return port === undefined || known.includes(port) ? [] : [textAt(item, 'protocol') === 'udp' ? `${port}/udp` : String(port)];
  });
  return ports.length > 0 ? [`EXPOSE ${ports.join(' ')}`] : [];
}

/** Labels that the standards require and the build does not add. */
function labelLines(workspace: Workspace, root: YamlNode | undefined, standards: Standards, report: string[]): readonly string[] {
  const given = textMapAt(root, 'image', 'labels');
  const byBuild = /^org\.opencontainers\.image\.(?:revision|version|created)$/;
  const needed = standards.requiredLabels.filter(({ name }) => !byBuild.test(name) && !Object.hasOwn(given, name));
  const owners = textsAt(root, 'metadata', 'owners');
  const pairs = needed.map(({ name, pattern }) => {
    const title =
      name === 'org.opencontainers.image.title' ? (textAt(root, 'metadata', 'title') ?? textAt(root, 'metadata', 'name')) : undefined;
    const owner = owners.find((candidate) => pattern !== undefined && matches(pattern, candidate));
    const value = title ?? owner ?? agreedLabel(workspace, standards, name);
    if (value === undefined) report.push(`The standards require the label \`${name}\`: fill in its value.`);
    return `${name}="${(value ?? '').replaceAll('"', '\\"')}"`;
  });
  return pairs.length > 0 ? [`LABEL ${pairs.join(' \\\n      ')}`] : [];
}

/** The value of a label that every other Dockerfile of the same standards has, such as the address of the repository. */
function agreedLabel(workspace: Workspace, standards: Standards, name: string): string | undefined {
  const values = new Set<string>();
  for (const { uri, kind } of workspace.files.values()) {
    if (kind !== 'dockerfile' || workspace.standardsFor(uri)?.uri !== standards.uri) continue;
    for (const one of workspace.dockerfile(uri)?.instructions ?? []) {
      if (one.kind !== 'LABEL') continue;
      for (const pair of one.pairs) if (pair.name.value === name && pair.value) values.add(pair.value.value);
    }
  }
  const [value] = values;
  return values.size === 1 && value && !value.includes('$') ? value : undefined;
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return false;
  }
}

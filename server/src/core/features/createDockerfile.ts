import { currentReference, osOf, userOf } from '../dockerfile/catalogue.ts';
import type { CatalogueImage, Standards } from '../standards/model.ts';
import { itemsAt, numberAt, textAt, textMapAt, textsAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import type { Workspace } from './workspace.ts';

/** A new Dockerfile and what is left to do in it. */
export interface CreatedDockerfile {
  /** Where it belongs: `build.context` and `build.dockerfile` of the manifest. */
  readonly uri: string;
  readonly text: string;
  /** Sentences for people. */
  readonly report: readonly string[];
}

/** The Dockerfile of a service's own layer on its base image; undefined when the manifest names no base image that is known. */
export function createDockerfile(workspace: Workspace, serviceUri: string): CreatedDockerfile | undefined {
  const service = workspace.serviceAt(serviceUri);
  const standards = workspace.standardsFor(serviceUri);
  const base = standards?.images.find((image) => image.layer === 'base' && image.name === service?.base?.text);
  if (!service || !standards || !base) return undefined;
  const report: string[] = [];
  if (!base.current?.digest) report.push(`The standards have no digest of \`${base.name}\`: pin FROM when there is one.`);
  const target = textAt(service.root, 'build', 'target');
  const lines = [
    `FROM ${currentReference(base)}${target ? ` AS ${target}` : ''}`,
    ...copyLines(service.root, standards, base, report),
    ...exposeLines(service.root, base),
    ...labelLines(service.root, standards, report),
  ];
  return { uri: service.dockerfileUri, text: `${lines.join('\n')}\n`, report };
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
function labelLines(root: YamlNode | undefined, standards: Standards, report: string[]): readonly string[] {
  const given = textMapAt(root, 'image', 'labels');
  const byBuild = /^org\.opencontainers\.image\.(?:revision|version|created)$/;
  const needed = standards.requiredLabels.filter(({ name }) => !byBuild.test(name) && !Object.hasOwn(given, name));
  const pairs = needed.map(({ name }) => {
    const value = name === 'org.opencontainers.image.title' ? textAt(valueAt(root, 'metadata', 'title')) : undefined;
    if (value === undefined) report.push(`The standards require the label \`${name}\`: fill in its value.`);
    return `${name}="${(value ?? '').replaceAll('"', '\\"')}"`;
  });
  return pairs.length > 0 ? [`LABEL ${pairs.join(' \\\n      ')}`] : [];
}

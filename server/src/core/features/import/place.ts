import { effectiveStages } from '../../dockerfile/effective.ts';
import type { CatalogueImage, Standards } from '../../standards/model.ts';
import { isBelow, parentUri, relativePath } from '../../text/uris.ts';
import type { Workspace } from '../workspace.ts';
import type { Notes } from './notes.ts';
import type { Sections } from './write.ts';

/** Where a new manifest stands and what is known there. */
export interface ImportPlace {
  readonly workspace: Workspace;
  /** URI of the new manifest. */
  readonly uri: string;
  readonly standards: Standards | undefined;
  readonly notes: Notes;
}

/** The product of the environments file that the place belongs to, else what the source says. */
export function productOf({ workspace, uri, notes }: ImportPlace, said?: string): string {
  const product = workspace.environmentsFor(uri)?.product || workspace.environments.find((file) => file.product)?.product;
  if (product) return product;
  notes.todo(
    'metadata.product',
    said
      ? `No environments file says which product this is: \`${said}\` is the source’s own word.`
      : 'No environments file says which product this is.',
    'Write the name of the product line.',
  );
  return said || 'product';
}

/**
 * The repository that images of the service go to: the source's own where the standards allow its registry, else one in the registry of
 * the standards.
 */
export function repositoryOf(
  { standards, notes }: ImportPlace,
  product: string,
  name: string,
  said?: { readonly reference: string; readonly path: string },
): string {
  const own = said && repositoryIn(said.reference);
  const host = standards?.registries[0]?.host;
  if (own && (!standards || hasAllowedHost(own, standards))) return own;
  const made = `${host ?? 'registry.example.com'}/${product}/${name}`;
  if (said)
    notes.changed(
      undefined,
      said.path,
      own
        ? `The standards do not allow the registry of \`${said.reference}\`.`
        : `\`${said.reference}\` is no name that images can be pushed to.`,
      `\`image.repository\` is \`${made}\`: look whether that is right.`,
    );
  else if (!host) notes.todo('image.repository', 'No standards name a registry.', 'Write where images of this service are pushed to.');
  return made;
}

function hasAllowedHost(repository: string, standards: Standards): boolean {
  const hosts = [...standards.registries.map(({ host }) => host), ...standards.allowedRegistries];
  if (hosts.length === 0) return true;
  return hosts.some((host) => repository.startsWith(`${host}/`));
}

/** `registry.example.com:5000/team/web` of a reference with tag and digest; undefined when it is no whole name. */
function repositoryIn(reference: string): string | undefined {
  const name = reference.replace(/@.*$/, '').replace(/:[\w][\w.-]*$/, '');
  return /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?(?::\d+)?(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)+$/.test(name) &&
    /^[^/]*[.:]|^localhost\//.test(name)
    ? name
    : undefined;
}

/** The base image of the standards that a Dockerfile's last stage stands on. */
export function baseImageOf(workspace: Workspace, dockerfileUri: string): CatalogueImage | undefined {
  const dockerfile = workspace.dockerfile(dockerfileUri);
  const stage = dockerfile?.stages.at(-1);
  const state = dockerfile && stage ? effectiveStages(dockerfile, workspace.standardsFor(dockerfileUri))[stage.index] : undefined;
  return state?.root.kind === 'image' ? state.root.catalogue?.image : undefined;
}

/** The path from a folder to a file, with `..` where it needs them. */
export function pathFrom(folder: string, uri: string): string {
  const ups: string[] = [];
  let from = folder;
  while (!isBelow(uri, from) && parentUri(from) !== from) {
    ups.push('..');
    from = parentUri(from);
  }
  return [...ups, relativePath(from, uri) ?? ''].filter((part) => part !== '').join('/') || '.';
}

/** Adds what the standards ask for and the source does not say, as a start that the report names. */
export function fillRequired(sections: Sections, { standards, notes }: ImportPlace): void {
  const missing = (standards?.policy.requiredResources ?? []).filter((path) => at(sections.resources, path) === undefined);
  for (const path of missing) {
    const [section = '', resource = ''] = path.split('.');
    const whole = sections.resources ?? {};
    sections.resources = inOrder({ ...whole, [section]: { ...record(whole[section]), [resource]: startOf(section, resource) } });
  }
  if (missing.length > 0)
    notes.todo(
      missing.map((path) => `resources.${path}`).join(', '),
      'The standards ask for it and the source does not say it: the amounts are a start.',
      'Measure, and set them.',
    );
  const port = sections.ports?.[0]?.name;
  const probes = (standards?.policy.requiredHealth ?? []).filter((probe) => at(sections.health, probe) === undefined);
  if (probes.length === 0 || typeof port !== 'string') return;
  sections.health = { ...sections.health, ...Object.fromEntries(probes.map((probe) => [probe, { tcp: { port } }])) };
  notes.todo(
    probes.map((probe) => `health.${probe}`).join(', '),
    'The standards ask for it and the source does not say it: it only asks whether the port is open.',
    'Name a path that tells more: `http: { port, path }`.',
  );
}

function startOf(section: string, resource: string): string | number {
  if (resource === 'cpu') return section === 'limits' ? 1 : '100m';
  return section === 'limits' ? '512Mi' : '256Mi';
}

function inOrder({ requests, limits, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return { ...(requests ? { requests } : {}), ...(limits ? { limits } : {}), ...rest };
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((current, key) => record(current)[key], value);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

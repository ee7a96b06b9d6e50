import type { BuildSpec, BuildSpecAnswer, Location } from '../../protocol.ts';
import { imageNamed, osOf } from '../dockerfile/catalogue.ts';
import { splitReference } from '../dockerfile/imageReference.ts';
import { parseDockerfile } from '../dockerfile/parse.ts';
import { rootOfTarget } from '../rules/context.ts';
import type { Finding } from '../rules/rule.ts';
import { durationSeconds } from '../service/amounts.ts';
import { interpolate } from '../service/interpolate.ts';
import type { ServiceManifest } from '../service/parse.ts';
import type { CatalogueImage, Standards } from '../standards/model.ts';
import { optional } from '../text/optional.ts';
import { didYouMean } from '../text/suggest.ts';
import { uriPath } from '../text/uris.ts';
import { defaultAt } from '../yaml/schema.ts';
import { serviceSchema } from '../yaml/schemas.ts';
import { itemsAt, textAt, textMapAt, textsAt, valueAt } from '../yaml/tree.ts';
import { buildExtras } from './buildExtras.ts';
import { dockerfileContext } from './lint.ts';
import { judgeManifest } from './lintManifest.ts';
import type { Workspace } from './workspace.ts';

type Problem = BuildSpecAnswer['problems'][number];

/** The findings of the service's Dockerfile, made by the Dockerfile rules, and how many were waived. */
export interface DockerfileFindings {
  readonly findings: readonly Finding[];
  readonly waived?: number;
}

/** Everything that a build of a service needs to know. Error-level findings go into `errors`: they block the build. */
export function buildSpec(workspace: Workspace, serviceId: string, dockerfile: DockerfileFindings): BuildSpecAnswer {
  const service = workspace.service(serviceId);
  if (!service) {
    const message = `There is no service \`${serviceId}\` in this workspace.${didYouMean(
      serviceId,
      workspace.services.map((known) => known.id),
    )}`;
    return { problems: [{ severity: 'error', message }] };
  }
  const problems: Problem[] = [];
  const report = (message: string, location: Location) => problems.push({ severity: 'error', message, location });
  const repository = service.repository?.text;
  if (!repository) report(`\`${service.id}\` has no \`image.repository\`: nobody knows where its image goes.`, at(service));
  const pool = poolOf(workspace, service, report);
  if (!repository || pool === undefined || problems.length > 0) return { problems };
  return { spec: assemble(workspace, service, repository, pool, dockerfile, report), problems };
}

function assemble(
  workspace: Workspace,
  service: ServiceManifest,
  repository: string,
  pool: string,
  dockerfile: DockerfileFindings,
  report: (message: string, location: Location) => void,
): BuildSpec {
  const { root } = service;
  const standards = workspace.standardsFor(service.uri);
  const variables = { 'service.name': service.name, 'service.product': service.product, product: service.product };
  const fill = (key: 'args' | 'labels', values: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(values).map(([name, text]) => [
        name,
        interpolate(text, variables, (message) => report(`${key}.${name}: ${message}`, at(service))),
      ]),
    );
  const timeout = textAt(root, 'build', 'timeout') ?? fallback('build', 'timeout');
  const platforms = textsAt(root, 'build', 'platforms');
  return {
    service: service.name,
    product: service.product,
    context: uriPath(service.contextUri),
    dockerfile: uriPath(service.dockerfileUri),
    ...optional('target', textAt(root, 'build', 'target')),
    args: fill('args', textMapAt(root, 'build', 'args')),
    secrets: itemsAt(root, 'build', 'secrets').flatMap((item) => {
      const id = textAt(item, 'id');
      const from = textAt(item, 'from');
      return id && from ? [{ id, from }] : [];
    }),
    ...buildExtras(service, standards, workspace.dockerfile(service.dockerfileUri), report),
    platforms: platforms.length > 0 ? platforms : ['linux/amd64'],
    repository,
    tagTemplate: textAt(root, 'image', 'tag') ?? fallback('image', 'tag'),
    labels: fill('labels', textMapAt(root, 'image', 'labels')),
    pool,
    selector: textMapAt(root, 'build', 'selector'),
    timeout: durationSeconds(timeout) ?? 1200,
    ...(standards ? { standards: { name: standards.name, version: standards.version } } : {}),
    ...optional('base', baseOf(workspace, standards, service)),
    ...judged(workspace, service, dockerfile),
    immutableTags: registryOf(standards, repository)?.immutableTags ?? [],
  };
}

function judged(workspace: Workspace, service: ServiceManifest, dockerfile: DockerfileFindings): Pick<BuildSpec, 'errors' | 'findings'> {
  const manifest = judgeManifest(workspace, service.uri);
  const all = [
    ...dockerfile.findings.map((finding) => ({ finding, uri: service.dockerfileUri })),
    ...manifest.findings.map((finding) => ({ finding, uri: service.uri })),
  ];
  const errors = all.filter(({ finding }) => finding.severity === 'error');
  return {
    errors: errors.map(({ finding, uri }) => ({ message: finding.message, rule: finding.rule, location: { uri, range: finding.range } })),
    findings: {
      error: errors.length,
      warning: all.filter(({ finding }) => finding.severity === 'warning').length,
      waived: manifest.waived + (dockerfile.waived ?? 0),
    },
  };
}

/** The pool that builds the service: the one it names, else the first of its product's; undefined when there is none. */
function poolOf(workspace: Workspace, service: ServiceManifest, report: (message: string, location: Location) => void): string | undefined {
  const named = valueAt(service.root, 'build', 'pool');
  const name = textAt(named);
  const pools = workspace.environments.flatMap((file) => file.pools.map((pool) => pool.name));
  const own = workspace.environmentsFor(service.uri)?.pools[0]?.name;
  if (name === undefined || !named) {
    const first = own ?? pools[0];
    if (first === undefined) report('No environments file of this workspace lists builders: add `builders` with one member.', at(service));
    return first;
  }
  if (pools.includes(name)) return name;
  report(`There are no builders \`${name}\`.${didYouMean(name, pools)} Pools are listed under \`builders\` of the environments file.`, {
    uri: service.uri,
    range: named.range,
  });
  return undefined;
}

/** The base that the build will stand on: what FROM pins, else the current version of the base that the manifest names. */
function baseOf(workspace: Workspace, standards: Standards | undefined, service: ServiceManifest): BuildSpec['base'] {
  const named = imageNamed(standards, service.base?.text);
  const from = pinnedByDockerfile(workspace, service);
  const line = from?.image ?? named;
  const digest = from?.digest ?? line?.current?.digest;
  if (line?.layer !== 'base' || digest === undefined) return undefined;
  const os = osOf(standards, line);
  return {
    line: line.name,
    image: { repository: line.repository, digest },
    ...(os ? { os: { name: os.name, versions: versionsOf(os) } } : {}),
  };
}

function pinnedByDockerfile(workspace: Workspace, service: ServiceManifest): { image: CatalogueImage; digest: string } | undefined {
  const file = workspace.file(service.dockerfileUri);
  const root = file && rootOfTarget(dockerfileContext(parseDockerfile(file.uri, file.text), workspace))?.root;
  if (root?.kind !== 'image' || !root.catalogue) return undefined;
  const digest = splitReference(root.reference).digest ?? root.catalogue.pinned?.digest;
  return digest === undefined ? undefined : { image: root.catalogue.image, digest };
}

function versionsOf({ repository, current, previous }: CatalogueImage): { repository: string; digest: string }[] {
  return [...(current ? [current] : []), ...previous].flatMap(({ digest }) => (digest === undefined ? [] : [{ repository, digest }]));
}

function registryOf(standards: Standards | undefined, repository: string): Standards['registries'][number] | undefined {
  return standards?.registries.find((registry) => repository.startsWith(`${registry.host}/`));
}

function fallback(...path: string[]): string {
  const value = defaultAt(serviceSchema, ...path);
  return typeof value === 'string' ? value : '';
}

function at(service: ServiceManifest): Location {
  return { uri: service.uri, range: service.nameRange };
}

import type { ServiceSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import type { ReleaseRecord, ServiceState } from '../ports.ts';
import { type EnvironmentWatch, environmentKey } from '../state/environmentWatches.ts';
import type { Operation } from '../state/operations.ts';
import { environmentsOf, type ReleaseList } from '../state/releaseLists.ts';
import type { TreeNode } from './node.ts';
import { quietRow } from './rows.ts';
import { counted, dotted, healthLook, shortDigest, shortTag, timeAgo } from './words.ts';

export interface ServicesInput {
  readonly model: WorkspaceModel;
  readonly releases: ReadonlyMap<string, ReleaseList>;
  readonly environments: ReadonlyMap<string, EnvironmentWatch>;
  readonly operations: readonly Operation[];
  readonly now: Date;
}

/** Where a service is seen running: environment name and state, in promotion order. */
interface Place {
  readonly environment: string;
  readonly state: ServiceState;
}

/** The view Services: product → service → releases. */
export function servicesTree(input: ServicesInput): readonly TreeNode[] {
  const products = [...new Set(input.model.services.map((service) => service.product))].sort();
  return products.map((product) => productNode(product, input));
}

function productNode(product: string, input: ServicesInput): TreeNode {
  const services = input.model.services.filter((service) => service.product === product);
  const sorted = [...services].sort((one, other) => one.name.localeCompare(other.name));
  const places = sorted.map((service) => placesOf(service, input)).filter((found) => found.length > 0);
  const healthy = places.filter((found) => found.every((place) => place.state.health === 'Healthy')).length;
  return {
    id: `product:${product}`,
    label: product,
    description: dotted(counted(services.length, 'service'), places.length > 0 && `${healthy} of ${places.length} healthy`),
    icon: 'layers',
    context: ['product'],
    expanded: true,
    children: sorted.map((service) => serviceNode(service, input)),
  };
}

/** The environments in which a service is deployed, as far as they are watched. */
export function placesOf(service: ServiceSummary, input: Pick<ServicesInput, 'model' | 'environments'>): readonly Place[] {
  return environmentsOf(input.model, service).flatMap((environment) => {
    const watch = input.environments.get(environmentKey(environment));
    const state = watch?.state === 'live' ? watch.value.services.find((candidate) => isService(candidate, service)) : undefined;
    return state && state.health !== 'Missing' ? [{ environment: environment.name, state }] : [];
  });
}

function isService(state: ServiceState, service: ServiceSummary): boolean {
  return state.service === service.name || state.service === service.id;
}

function serviceNode(service: ServiceSummary, input: ServicesInput): TreeNode {
  const list = input.releases.get(service.id);
  const places = placesOf(service, input);
  const running = input.operations.find((operation) => operation.service === service.name);
  const newest = list?.releases[0];
  const where = places.map((place) => `${place.environment} ${healthLook(place.state.health).mark}`).join('  ');
  const broken = service.problems[0];
  return {
    id: `service:${service.id}`,
    label: service.name,
    description: running
      ? `${running.verb.toLowerCase()}${running.environment ? ` → ${running.environment}` : ''}: ${running.message}`
      : dotted(newest ? shortTag(releaseName(newest)) : service.base, where),
    ...serviceIcon(places, broken !== undefined, running !== undefined),
    tooltip: () => serviceTooltip(service, places),
    context: ['service', ...(places.length > 0 ? ['deployed'] : []), ...(running ? ['busy'] : [])],
    subject: { service: service.id },
    children: [
      ...service.problems.map((problem, index) => problemNode(service, problem.message, index)),
      releasesNode(service, list, input),
    ],
  };
}

function serviceIcon(places: readonly Place[], broken: boolean, busy: boolean): Pick<TreeNode, 'icon' | 'tone'> {
  if (busy) return { icon: 'sync~spin', tone: 'busy' };
  if (broken) return { icon: 'warning', tone: 'attention' };
  if (places.some((place) => place.state.health === 'Degraded')) return { icon: 'error', tone: 'bad' };
  return places.length > 0 && places.every((place) => place.state.health === 'Healthy')
    ? { icon: 'package', tone: 'good' }
    : { icon: 'package' };
}

function problemNode(service: ServiceSummary, message: string, index: number): TreeNode {
  return {
    id: `service:${service.id}:problem:${index}`,
    label: message,
    icon: 'warning',
    tone: 'attention',
    tooltip: () => message,
    context: ['problem'],
    subject: { service: service.id },
    children: [],
    open: 'waybill.manifest.open',
  };
}

function releasesNode(service: ServiceSummary, list: ReleaseList | undefined, input: ServicesInput): TreeNode {
  const id = `service:${service.id}:releases`;
  const releases = list?.releases ?? [];
  const unreadable = (list?.unreadable ?? []).map((file) => quietRow(`${id}:unreadable:${file}`, `cannot be read: ${file}`));
  const none = releases.length + unreadable.length === 0 ? [quietRow(`${id}:none`, 'none yet: Release… makes the first')] : [];
  return {
    id,
    label: 'Releases',
    description: releases.length > 0 ? String(releases.length) : '',
    icon: 'history',
    context: ['releases'],
    subject: { service: service.id },
    children: [...releases.map((release, index) => releaseNode(service, release, index === 0, input.now)), ...unreadable, ...none],
  };
}

function releaseNode(service: ServiceSummary, release: ReleaseRecord, newest: boolean, now: Date): TreeNode {
  const digest = release.identity.image.digest;
  const succeeded = [...new Set(release.deployments.filter((entry) => entry.result === 'Succeeded').map((entry) => entry.environment))];
  return {
    id: `release:${service.id}:${release.id}`,
    label: shortTag(releaseName(release)),
    description: dotted(timeAgo(release.build.started, now), shortDigest(digest), succeeded.join(', ')),
    icon: newest ? 'tag' : 'history',
    tooltip: () =>
      [
        releaseName(release),
        `${release.id} (${release.alias})`,
        `${release.identity.image.repository}@${digest}`,
        `built on ${release.build.builder}`,
      ].join('\n'),
    context: ['release'],
    subject: { service: service.id, release: release.id, digest, ...(release.tags[0] ? { tag: release.tags[0] } : {}) },
    children: [],
  };
}

/** The name that people know a release by: its first tag, else its alias. */
export function releaseName(release: Pick<ReleaseRecord, 'tags' | 'alias'>): string {
  return release.tags[0] ?? release.alias;
}

function serviceTooltip(service: ServiceSummary, places: readonly Place[]): string {
  const lines = places.map(
    (place) =>
      `${place.environment}: ${place.state.health}, ${place.state.ready}/${place.state.wanted} ready${place.state.digest ? `, ${place.state.digest}` : ''}`,
  );
  return [service.title ?? service.name, service.repository ?? '', ...lines].filter((line) => line !== '').join('\n');
}

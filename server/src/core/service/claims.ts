import type { EnvironmentSummary, Range } from '../../protocol.ts';
import type { EnvironmentsFile } from '../environments/parse.ts';
import { itemsAt, numberAt, textAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import { interpolate } from './interpolate.ts';
import type { MergedManifests } from './merged.ts';
import type { ServiceManifest } from './parse.ts';
import { variablesOf } from './variables.ts';

export type ClaimKind = 'nodePort' | 'hostPort' | 'address' | 'registration';

/** One thing that a service asks for in an environment and that only one service may have there. */
export interface Claim {
  readonly kind: ClaimKind;
  /** What is asked for, for people: `30080`, `shop.example.com/`, `ORDER`. */
  readonly what: string;
  readonly environment: string;
  readonly service: ServiceManifest;
  readonly range: Range;
}

/** Claims of all services. */
export interface ClaimIndex {
  /** Those of a manifest. */
  of(service: ServiceManifest, kind: ClaimKind): readonly Claim[];
  /** The same thing asked for by others, or once more by the same service. */
  rivals(claim: Claim): readonly Claim[];
  /** All of a kind in one place: on the machines of a cluster, say. */
  within(kind: ClaimKind, scope: string): readonly Claim[];
}

/** What a manifest claims in the environments of a file; the same claims as long as both are the same. */
export type ClaimReader = (service: ServiceManifest, file: EnvironmentsFile | undefined) => readonly Scoped[];

/** Reads each manifest once. */
export function claimReader(merged: MergedManifests): ClaimReader {
  const known = new WeakMap<ServiceManifest, { readonly file: EnvironmentsFile | undefined; readonly claims: readonly Scoped[] }>();
  return (service, file) => {
    const before = known.get(service);
    if (before && before.file === file) return before.claims;
    const claims = claimsOf(service, file, merged);
    known.set(service, { file, claims });
    return claims;
  };
}

/** Reads what services claim in the environments of their product; those of all services only when one has a claim. */
export function collectClaims(
  services: readonly ServiceManifest[],
  environmentsFor: (uri: string) => EnvironmentsFile | undefined,
  read: ClaimReader,
): ClaimIndex {
  const files = new Map<ServiceManifest, EnvironmentsFile | undefined>();
  const scopedOf = (service: ServiceManifest): readonly Scoped[] => {
    if (!files.has(service)) files.set(service, environmentsFor(service.uri));
    return read(service, files.get(service));
  };
  let all: { readonly byPlace: ReadonlyMap<string, readonly Claim[]>; readonly places: ReadonlyMap<Claim, string> } | undefined;
  const wide = new Map<string, readonly Claim[]>();
  const index = () => {
    all ??= indexOf(services.flatMap(scopedOf));
    return all;
  };
  return {
    of: (service, kind) => scopedOf(service).flatMap(({ claim }) => (claim.kind === kind ? [claim] : [])),
    within: (kind, scope) => {
      const key = `${kind} ${scope}`;
      const known =
        wide.get(key) ?? services.flatMap(scopedOf).flatMap((one) => (one.claim.kind === kind && one.scope === scope ? [one.claim] : []));
      wide.set(key, known);
      return known;
    },
    rivals: (claim) => {
      const { byPlace, places } = index();
      return (byPlace.get(places.get(claim) ?? '') ?? []).filter((other) => other !== claim && !sameSetting(other, claim));
    },
  };
}

function claimsOf(service: ServiceManifest, file: EnvironmentsFile | undefined, merged: MergedManifests): readonly Scoped[] {
  if (!service.name || file?.product !== service.product) return [];
  return file.environments.flatMap((environment) => {
    const tree = merged(service, environment.name);
    return tree ? claimsIn(tree, service, environment) : [];
  });
}

function indexOf(all: readonly Scoped[]) {
  const byPlace = new Map<string, Claim[]>();
  const places = new Map<Claim, string>();
  for (const { claim, scope } of all) {
    const place = `${claim.kind} ${scope} ${claim.what}`;
    places.set(claim, place);
    const known = byPlace.get(place);
    if (known) known.push(claim);
    else byPlace.set(place, [claim]);
  }
  return { byPlace, places };
}

/** One line of a manifest that counts in two environments of one cluster is about the environments, not about a rival. */
function sameSetting(a: Claim, b: Claim): boolean {
  return a.service === b.service && a.environment !== b.environment;
}

/** A claim with the place that it is made in: claims of one place are rivals. */
export interface Scoped {
  readonly claim: Claim;
  readonly scope: string;
}

function claimsIn(tree: YamlNode, service: ServiceManifest, environment: EnvironmentSummary): readonly Scoped[] {
  const claim = (kind: ClaimKind, what: string, node: YamlNode, scope: string): Scoped => ({
    claim: { kind, what, environment: environment.name, service, range: node.range },
    scope,
  });
  const cluster = clusterOf(environment);
  const ports = itemsAt(tree, 'ports');
  const host = textAt(tree, 'network', 'mode') === 'host';
  const type = textAt(tree, 'expose', 'type');
  const hostNode = valueAt(tree, 'expose', 'host');
  const app = valueAt(tree, 'registration', 'etcd', 'app');
  const filled = (node: YamlNode | undefined) => interpolate(textAt(node) ?? '', variablesOf(service, environment), () => {});
  return [
    ...ports.flatMap((port) => {
      const node = valueAt(port, 'nodePort');
      const number = numberAt(node);
      return node && number !== undefined && 'namespace' in environment.target ? [claim('nodePort', String(number), node, cluster)] : [];
    }),
    ...(host ? ports : []).flatMap((port) => {
      const node = valueAt(port, 'port');
      const number = numberAt(node);
      return node && number !== undefined
        ? [claim('hostPort', `${number}${textAt(port, 'protocol') === 'udp' ? '/udp' : ''}`, node, cluster)]
        : [];
    }),
    ...(hostNode && (type === 'Ingress' || type === 'Gateway')
      ? [
          claim(
            'address',
            `${filled(hostNode)}${textAt(tree, 'expose', 'path') ?? '/'}`,
            valueAt(tree, 'expose', 'path') ?? hostNode,
            cluster,
          ),
        ]
      : []),
    ...(app ? [claim('registration', filled(app), app, environment.name + service.product)] : []),
  ];
}

/** The machines that an environment shares with others: a cluster, or the hosts of a project. */
export function clusterOf({ target, name, product }: EnvironmentSummary): string {
  if ('namespace' in target) return target.cluster.uid ?? target.cluster.server ?? target.context;
  if ('hosts' in target) {
    // Addresses of this machine say nothing about which machine it is.
    const hosts = target.hosts.map((host) => host.host).filter((host) => !host.startsWith('unix:'));
    return hosts.length > 0 ? [...hosts].sort().join(' ') : `${product}/${name}`;
  }
  return `${product}/${name}`;
}

/**
 * The words that Waybill writes on containers: the labels of Docker Compose v2, so that `docker compose ps` and `logs` understand
 * them, and Waybill's own. Labels of a container cannot be changed after it was created.
 */
export const Label = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  configHash: 'com.docker.compose.config-hash',
  oneOff: 'com.docker.compose.oneoff',
  composeVersion: 'com.docker.compose.version',
  network: 'com.docker.compose.network',
  /** `<product>/<service>/<environment>:<project>/<container name>`: names its own bearer, so that a copied label proves nothing. */
  owner: 'waybill.dev/owner',
  release: 'waybill.dev/release',
  alias: 'waybill.dev/alias',
  tag: 'waybill.dev/tag',
  environment: 'waybill.dev/environment',
  ownService: 'waybill.dev/service',
  product: 'waybill.dev/product',
  sequence: 'waybill.dev/sequence',
  image: 'waybill.dev/image',
  /** JSON object of port name to host port, for ports that Waybill gave out. */
  ports: 'waybill.dev/ports',
  records: 'waybill.dev/records-of',
  recordsData: 'waybill.dev/records',
  recordsRevision: 'waybill.dev/records-revision',
  lock: 'waybill.dev/lock-of',
  lockHolder: 'waybill.dev/lock-holder',
  lockSeconds: 'waybill.dev/lock-seconds',
  lockToken: 'waybill.dev/lock-token',
  courier: 'waybill.dev/courier-of',
  /** `<product>/<service>/<environment>` that a container checks, and until when; ISO 8601. */
  verifies: 'waybill.dev/verifies',
  verifiesUntil: 'waybill.dev/verifies-until',
} as const;

/** The Compose release whose labels are followed. */
export const composeVersion = '2.24.0';

/** Whose containers: one service of one product in one environment. */
export interface Ownership {
  readonly product: string;
  readonly service: string;
  readonly environment: string;
  readonly project: string;
}

/** The owner label of the container of this name. */
export function ownerOf(owner: Ownership, containerName: string): string {
  return `${owner.product}/${owner.service}/${owner.environment}:${owner.project}/${containerName}`;
}

/** True when the owner label says that this very container is ours; nothing else may ever be stopped or removed (S3). */
export function isOwned(
  owner: Ownership,
  container: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
): boolean {
  return container.labels[Label.owner] === ownerOf(owner, container.name);
}

/** The service that an owner label of this environment and container names; undefined when it is not ours. */
export function ownedService(
  target: { readonly product: string; readonly environment: string; readonly project: string },
  container: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
): string | undefined {
  const service = container.labels[Label.ownService];
  return service !== undefined && isOwned({ ...target, service }, container) ? service : undefined;
}

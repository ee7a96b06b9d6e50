import { optional } from '../../text/optional.ts';
import { entriesAt, entryOf, itemsAt, numberAt, textAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import { lostServiceSpecKeys } from './kubernetesLost.ts';
import type { Companions, Workload } from './kubernetesModel.ts';
import { type KubernetesObject, podLabels, selects } from './kubernetesObjects.ts';
import { noteRest } from './notes.ts';
import { type namedPorts, portSection } from './ports.ts';

type Ports = ReturnType<typeof namedPorts>;

export function companionsOf(workload: KubernetesObject, all: readonly KubernetesObject[]): Companions {
  const labels = podLabels(workload.node);
  const of = (kind: string) => all.filter((object) => object.kind === kind);
  const services = of('Service').filter(({ node }) => selects(valueAt(node, 'spec', 'selector'), labels));
  const names = services.map(({ name }) => name);
  return {
    services,
    ingresses: of('Ingress').filter(({ node }) => backends(node).some(({ service }) => service !== undefined && names.includes(service))),
    scalers: of('HorizontalPodAutoscaler').filter(({ node }) => textAt(node, 'spec', 'scaleTargetRef', 'name') === workload.name),
    budgets: of('PodDisruptionBudget').filter(({ node }) => selects(valueAt(node, 'spec', 'selector', 'matchLabels'), labels)),
  };
}

interface Backend {
  readonly host: string | undefined;
  readonly path: string | undefined;
  readonly service: string | undefined;
  readonly port: string | undefined;
  readonly node: YamlNode;
}

/** The routes of an Ingress; `serviceName` is the one of `v1beta1`. */
function backends(ingress: YamlNode): readonly Backend[] {
  return itemsAt(ingress, 'spec', 'rules').flatMap((rule) =>
    itemsAt(rule, 'http', 'paths').map((path) => ({
      host: textAt(rule, 'host'),
      path: textAt(path, 'path'),
      service: textAt(path, 'backend', 'service', 'name') ?? textAt(path, 'backend', 'serviceName'),
      port:
        textAt(path, 'backend', 'service', 'port', 'name') ??
        textAt(path, 'backend', 'service', 'port', 'number') ??
        textAt(path, 'backend', 'servicePort'),
      node: path,
    })),
  );
}

/** The sections `ports` and `expose`. */
export function networkSections(
  workload: Workload,
  ports: Ports,
): { readonly ports: readonly Record<string, unknown>[]; readonly expose: Record<string, unknown> } {
  const { companions, place } = workload;
  const [service, ...further] = companions.services;
  for (const other of further)
    place.notes.lost(other.node, other.path, 'A service is reached in one way.', 'Take the ports that are needed into `expose.ports`.');
  if (!service) return { ports: portSection(ports), expose: ports.length > 0 ? { type: 'None' } : {} };
  const exposed = itemsAt(service.node, 'spec', 'ports').flatMap((item, i) => exposedPort(workload, service, item, i, ports) ?? []);
  noteRest(
    entriesAt(service.node, 'spec'),
    `${service.path}.spec`,
    { handled: ['type', 'selector', 'ports', ...headless(service)], lost: lostServiceSpecKeys, format: 'Kubernetes' },
    place.notes,
  );
  const nodePorts = new Map(exposed.flatMap(({ name, nodePort }) => (nodePort ? [[name, nodePort] as const] : [])));
  const section = portSection(ports).map((port) => ({ ...port, ...optional('nodePort', nodePorts.get(String(port.name))) }));
  const type = textAt(service.node, 'spec', 'type') ?? 'ClusterIP';
  if (type === 'LoadBalancer' || type === 'ExternalName')
    place.notes.changed(
      entryOf(valueAt(service.node, 'spec'), 'type'),
      `${service.path}.spec.type`,
      `\`${type}\` is no way of exposing here: it is \`ClusterIP\`.`,
      'Choose `NodePort`, `Ingress` or `Gateway`.',
    );
  const ingress = ingressOf(workload);
  const names = [...new Set(exposed.map(({ name }) => name))];
  return {
    ports: section,
    expose: {
      type: ingress ? 'Ingress' : type === 'NodePort' ? 'NodePort' : 'ClusterIP',
      ...(names.length > 0 ? { ports: names } : {}),
      ...ingress,
    },
  };
}

function headless({ node }: KubernetesObject): readonly string[] {
  return textAt(node, 'spec', 'clusterIP') === 'None' ? ['clusterIP'] : [];
}

function exposedPort(
  { place }: Workload,
  service: KubernetesObject,
  item: YamlNode,
  index: number,
  ports: Ports,
): { readonly name: string; readonly nodePort?: number } | undefined {
  const number = numberAt(item, 'port');
  const target = textAt(item, 'targetPort') ?? String(number ?? '');
  const port = ports.find((candidate) => candidate.name === target || String(candidate.port) === target);
  const where = `${service.path}.spec.ports[${index}]`;
  if (!port) {
    place.notes.lost(item, where, `The container has no port \`${target}\`.`, 'Add it to `ports`, and name it under `expose.ports`.');
    return undefined;
  }
  if (number !== undefined && number !== port.port)
    place.notes.changed(
      item,
      where,
      `The Service listens on ${number}, the process on ${port.port}: here both are ${port.port}.`,
      `Callers have to use port ${port.port}.`,
    );
  return { name: port.name, ...optional('nodePort', numberAt(item, 'nodePort')) };
}

/** Host and path of the first route; whatever else an Ingress says is noted. */
function ingressOf({ companions, place }: Workload): Record<string, unknown> | undefined {
  const names = companions.services.map(({ name }) => name);
  const routes = companions.ingresses.flatMap((object) =>
    backends(object.node)
      .filter(({ service }) => service !== undefined && names.includes(service))
      .map((route) => ({ object, route })),
  );
  const [first, ...others] = routes;
  for (const { object, route } of others)
    place.notes.lost(
      route.node,
      `${object.path}.spec.rules`,
      `A manifest has one host and one path: \`${route.host ?? '*'}${route.path ?? '/'}\` is a second route.`,
      'Keep it in an Ingress of your own.',
    );
  for (const { path, node } of companions.ingresses) {
    const spec = valueAt(node, 'spec');
    for (const { key, why } of ingressRest)
      if (entryOf(spec, key)) place.notes.lost(entryOf(spec, key), `${path}.spec.${key}`, why, 'Ask those who run the cluster.');
    const annotations = entryOf(valueAt(node, 'metadata'), 'annotations');
    if (annotations)
      place.notes.lost(
        annotations,
        `${path}.metadata.annotations`,
        'Settings of the proxy belong to the environment.',
        'Ask those who run the cluster.',
      );
  }
  if (!first) return undefined;
  if (!first.route.host) {
    place.notes.lost(
      first.route.node,
      `${first.object.path}.spec.rules`,
      'It names no host, and without one nothing is routed here.',
      'Set `expose.type: Ingress` with the `host` that the service is reached by.',
    );
    return undefined;
  }
  return { host: first.route.host, ...(first.route.path && first.route.path !== '/' ? { path: first.route.path } : {}) };
}

const ingressRest = [
  { key: 'tls', why: 'Certificates belong to the environment.' },
  { key: 'ingressClassName', why: 'Which proxy answers is the environment’s business.' },
  { key: 'defaultBackend', why: 'A manifest has one host and one path.' },
];

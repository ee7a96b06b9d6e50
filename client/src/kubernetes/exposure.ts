/** How a service is reached: Service, Ingress, HTTPRoute, and the network policy that lets it be. Pure. */
import type { EffectiveService, KubernetesTarget, ServicePort } from '../../../server/src/protocol.ts';
import { selectorLabels } from './names.ts';

type Json = Readonly<Record<string, unknown>>;

/** Name in BFE's annotation: real Services and their share of the traffic, which a canary changes. */
const bfeWeights = 'bfe.ingress.kubernetes.io/balance.weight';

/** The ports that others reach; empty for `None`. */
export const exposedPorts = (service: EffectiveService): readonly ServicePort[] =>
  service.expose.type === 'None'
    ? []
    : service.ports.filter((port) => service.expose.ports.length === 0 || service.expose.ports.includes(port.name));

export function serviceSpec(service: EffectiveService, ports: readonly ServicePort[]): Json {
  const node = service.expose.type === 'NodePort';
  return {
    type: node ? 'NodePort' : 'ClusterIP',
    // On the host network the instances are found by their nodes' own addresses.
    ...(service.network === 'host' && !node ? { clusterIP: 'None' } : {}),
    selector: selectorLabels(service.name),
    ports: ports.map((port) => ({
      name: port.name,
      port: port.port,
      targetPort: port.name,
      protocol: 'TCP',
      ...(node && port.nodePort !== undefined ? { nodePort: port.nodePort } : {}),
    })),
  };
}

/** An Ingress (networking.k8s.io/v1) of one host and one path. */
export function ingressSpec(service: EffectiveService, port: ServicePort): Json {
  const { host, path, class: className } = service.expose;
  const backend = { service: { name: service.name, port: { name: port.name } } };
  return {
    ...(className ? { ingressClassName: className } : {}),
    rules: [{ ...(host ? { host } : {}), http: { paths: [{ path: path ?? '/', pathType: 'Prefix', backend }] } }],
  };
}

/** Annotations that the Ingress controller asks for: BFE's controller names the Services behind a rule, with their shares. */
export const ingressAnnotations = (service: EffectiveService, bfe: boolean): Readonly<Record<string, string>> =>
  bfe ? { [bfeWeights]: JSON.stringify({ [service.name]: { [service.name]: 100 } }) } : {};

/** `gateway: infra/public-gw` → namespace and name; without a namespace it is the environment's own. */
export function gatewayOf(service: EffectiveService, namespace: string): { readonly namespace: string; readonly name: string } {
  const [first = '', second] = (service.expose.gateway ?? '').split('/', 2);
  return second === undefined ? { namespace, name: first } : { namespace: first, name: second };
}

/** An HTTPRoute (gateway.networking.k8s.io/v1) of one host and one path. */
export function routeSpec(service: EffectiveService, port: ServicePort, namespace: string): Json {
  const gateway = gatewayOf(service, namespace);
  const { host, path } = service.expose;
  return {
    parentRefs: [{ name: gateway.name, ...(gateway.namespace === namespace ? {} : { namespace: gateway.namespace }) }],
    ...(host ? { hostnames: [host] } : {}),
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: path ?? '/' } }],
        backendRefs: [{ name: service.name, port: port.port, weight: 100 }],
      },
    ],
  };
}

/**
 * In a namespace where nothing reaches an instance that no policy allows: the exposed ports, from the namespaces of the product, or
 * from everywhere when the service is meant to be reached from outside. Undefined where no policy is asked for or would count.
 */
export function policySpec(service: EffectiveService, target: KubernetesTarget, ports: readonly ServicePort[]): Json | undefined {
  if (target.isolation?.networkPolicy !== 'default-deny' || service.network === 'host' || ports.length === 0) return undefined;
  const inside = service.expose.type === 'ClusterIP';
  return {
    podSelector: { matchLabels: selectorLabels(service.name) },
    policyTypes: ['Ingress'],
    ingress: [
      {
        ...(inside ? { from: [{ namespaceSelector: { matchLabels: { 'waybill.dev/product': service.product } } }] } : {}),
        ports: ports.map((port) => ({ protocol: 'TCP', port: port.port })),
      },
    ],
  };
}

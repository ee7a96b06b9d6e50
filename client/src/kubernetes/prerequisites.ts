/** What a deployment stands on besides its namespace: API versions, gateways, Ingress classes, nodes with a JDK, sizes. */
import type { EffectiveService } from '../../../server/src/protocol.ts';
import { gatewayOf } from './exposure.ts';
import { groupPath, objectName } from './names.ts';
import { jdkLabel } from './podTemplate.ts';
import type { Verdict } from './preflight.ts';
import { encode } from './records.ts';
import { type Api, absent, statusOf } from './request.ts';
import type { KubeList, KubeObject } from './types.ts';

const fine: Verdict = { refusals: [], warnings: [] };
const refused = (...refusals: string[]): Verdict => ({ refusals, warnings: [] });
const warned = (...warnings: string[]): Verdict => ({ refusals: [], warnings });

/** Answers `instead` for what may not be read. */
async function unlessHidden<T>(work: Promise<T>, instead: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (statusOf(error) === 403) return instead;
    throw error;
  }
}

/** Kinds of the objects that the server does not serve in the version that is written: named, and their objects left out. */
export async function unserved(
  api: Api,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<{ readonly objects: ReadonlySet<string>; readonly verdict: Verdict }> {
  const versions = [...new Set(objects.map((object) => object.apiVersion))];
  const served = new Map(await Promise.all(versions.map(async (version) => [version, await kindsOf(api, version, signal)] as const)));
  const missing = objects.filter((object) => served.get(object.apiVersion)?.has(object.kind) === false);
  return {
    objects: new Set(missing.map(objectName)),
    verdict: refused(...missing.map(({ apiVersion, kind }) => unservedText(apiVersion, kind))),
  };
}

/** Kinds of a group and version (discovery, `APIResourceList`); undefined where nobody may ask. */
async function kindsOf(api: Api, apiVersion: string, signal: AbortSignal): Promise<ReadonlySet<string> | undefined> {
  const ask = async (): Promise<ReadonlySet<string>> => {
    const answer = await absent(
      api.send<{ readonly resources?: readonly { readonly kind: string; readonly name: string }[] }>(
        { path: groupPath(apiVersion) },
        signal,
      ),
    );
    return new Set((answer?.body.resources ?? []).filter(({ name }) => !name.includes('/')).map(({ kind }) => kind));
  };
  return unlessHidden<ReadonlySet<string> | undefined>(ask(), undefined);
}

function unservedText(apiVersion: string, kind: string): string {
  const what = `The cluster does not serve ${kind} of ${apiVersion}`;
  return kind === 'HTTPRoute'
    ? `${what}: expose.type Gateway needs the Gateway API. Have it installed, or use expose.type Ingress.`
    : `${what}: it is too old or too new for this version of Waybill.`;
}

/** The gateway of the route is there; asked only where its kind is served. */
export async function checkGateway(api: Api, namespace: string, service: EffectiveService, signal: AbortSignal): Promise<Verdict> {
  if (service.expose.type !== 'Gateway') return fine;
  const gateway = gatewayOf(service, namespace);
  if (gateway.name === '') return refused('expose.gateway is not set: a route has to be attached to a Gateway.');
  const base = '/apis/gateway.networking.k8s.io/v1';
  const found = await unlessHidden<KubeObject | undefined | 'hidden'>(
    absent(api.send<KubeObject>({ path: `${base}/namespaces/${gateway.namespace}/gateways/${gateway.name}` }, signal)).then(
      (answer) => answer?.body,
    ),
    'hidden',
  );
  if (found === 'hidden') return warned(`You may not read Gateway ${gateway.name}, so it was not checked that it is there.`);
  if (found) return fine;
  const all = await unlessHidden(
    absent(api.send<KubeList<KubeObject>>({ path: `${base}/gateways`, query: { limit: 500 } }, signal)).then(
      (answer) => answer?.body.items ?? [],
    ),
    [],
  );
  const elsewhere = all.filter((item) => item.metadata.name === gateway.name).map((item) => `${item.metadata.namespace}/${gateway.name}`);
  const hint = elsewhere.length > 0 ? ` Write \`expose.gateway: ${elsewhere.join('` or `')}\`.` : '';
  return refused(`Gateway ${gateway.name} is not in namespace ${gateway.namespace}; expose.gateway names it.${hint}`);
}

interface IngressClass extends KubeObject {
  readonly spec?: { readonly controller?: string };
}

/** The Ingress class is there, and whether BFE's controller follows it (which wants an annotation of its own). */
export async function ingressClass(
  api: Api,
  service: EffectiveService,
  signal: AbortSignal,
): Promise<{ readonly bfe: boolean; readonly verdict: Verdict }> {
  const { type, class: name } = service.expose;
  if (type !== 'Ingress') return { bfe: false, verdict: fine };
  const all = await unlessHidden<readonly IngressClass[] | undefined>(
    absent(api.send<KubeList<IngressClass>>({ path: '/apis/networking.k8s.io/v1/ingressclasses', query: { limit: 500 } }, signal)).then(
      (answer) => answer?.body.items ?? [],
    ),
    undefined,
  );
  if (!all) return { bfe: name === 'bfe', verdict: warned('You may not list Ingress classes, so expose.class was not checked.') };
  const isDefault = (item: IngressClass): boolean => item.metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true';
  const found = all.find((item) => (name === undefined ? isDefault(item) : item.metadata.name === name));
  const bfe = found?.spec?.controller?.startsWith('bfe-networks.com/') === true || (name ?? found?.metadata.name) === 'bfe';
  if (found) return { bfe, verdict: fine };
  const known = all.length > 0 ? ` It has ${all.map((item) => item.metadata.name).join(', ')}.` : ' It has none.';
  return {
    bfe,
    verdict:
      name === undefined
        ? warned(`The cluster has no default Ingress class, so no controller may follow the Ingress: set expose.class.${known}`)
        : refused(`The cluster has no Ingress class ${name}; expose.class names it.${known}`),
  };
}

/** A JDK that is mounted has to be somewhere: on nodes with its label, or in an image that a digest names. */
export async function checkJdk(api: Api, minor: number, service: EffectiveService, signal: AbortSignal): Promise<Verdict> {
  const { jdk } = service;
  if (jdk?.mode === 'imageVolume') return imageVolume(jdk, minor);
  if (jdk?.mode !== 'hostMount') return fine;
  const labelSelector = `${jdkLabel(jdk.version)}=true`;
  const nodes = await unlessHidden<readonly KubeObject[] | undefined>(
    api.send<KubeList<KubeObject>>({ path: '/api/v1/nodes', query: { labelSelector, limit: 1 } }, signal).then(({ body }) => body.items),
    undefined,
  );
  if (!nodes) return warned(`You may not list nodes, so it was not checked that one has JDK ${jdk.version} (label ${labelSelector}).`);
  return nodes.length > 0
    ? fine
    : warned(`No node has the label ${labelSelector}: instances wait until a node with JDK ${jdk.version} is labelled so.`);
}

function imageVolume(jdk: NonNullable<EffectiveService['jdk']>, minor: number): Verdict {
  if (!jdk.image) return refused('jdk.mode imageVolume: the standards name no imageVolume.image for the component jdk.');
  if (!jdk.image.includes('@sha256:')) {
    return refused(`jdk.mode imageVolume: ${jdk.image} is not named by digest, so another JDK could be mounted tomorrow.`);
  }
  return minor < 33 ? refused(`jdk.mode imageVolume: Kubernetes 1.${minor} does not mount images; 1.33 and later do.`) : fine;
}

/** Limits of the API on names and sizes, and files that a ConfigMap cannot hold as text. Nothing is asked. */
export function checkSizes(service: EffectiveService): Verdict {
  const limit = 1024 * 1024;
  const sizes = service.config.map((file) => ({ target: file.target, bytes: Buffer.byteLength(file.content) }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const largest = sizes.sort((a, b) => b.bytes - a.bytes)[0];
  // A text that was no UTF-8 holds the replacement character where its bytes were.
  const binary = service.config.filter((file) => /[\0\uFFFD]/.test(file.content)).map((file) => file.target);
  const recorded = total > limit / 2 ? encode(service).length : 0;
  return refused(
    ...(total > limit
      ? [
          `The configuration files are ${kib(total)} KiB together, and a ConfigMap holds 1024 KiB; the largest is ${largest?.target} with ${kib(largest?.bytes ?? 0)} KiB.`,
        ]
      : recorded > limit - 64 * 1024
        ? [
            `The configuration files take ${kib(recorded)} KiB in the record of the deployment, which holds 960 KiB: make ${largest?.target} smaller.`,
          ]
        : []),
    ...binary.map((target) => `${target} is no text: configuration files are UTF-8. Put binary files into the image, or into a Secret.`),
  );
}

const kib = (bytes: number): number => Math.ceil(bytes / 1024);

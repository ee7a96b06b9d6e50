import type { ImportChoice, ImportedService } from '../../../protocol.ts';
import { parentUri, resolveUri } from '../../text/uris.ts';
import { entriesAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { Workspace } from '../workspace.ts';
import { labelOf } from './amounts.ts';
import { lostKinds } from './kubernetesLost.ts';
import type { Workload } from './kubernetesModel.ts';
import { companionsOf } from './kubernetesNetwork.ts';
import type { KubernetesObject } from './kubernetesObjects.ts';
import { mainContainer, workloadSections } from './kubernetesWorkload.ts';
import { collectNotes, type Notes } from './notes.ts';
import { writeManifest } from './write.ts';

const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** True when services can be made of the objects. */
export function isKubernetes(objects: readonly KubernetesObject[]): boolean {
  return objects.some(isWorkload);
}

function isWorkload(object: KubernetesObject): boolean {
  return workloadKinds.includes(object.kind) && mainContainer(object) !== undefined;
}

export interface KubernetesInput {
  readonly workspace: Workspace;
  readonly uri: string;
  readonly objects: readonly KubernetesObject[];
}

/** The workloads of the file. */
export function kubernetesChoices({ objects }: KubernetesInput): readonly ImportChoice[] {
  return objects.filter(isWorkload).map((object) => ({
    name: object.name,
    detail: `${object.kind}, image ${textAt(mainContainer(object)?.node, 'image') ?? 'unknown'}`,
    own: true,
  }));
}

/** Manifests of the workloads with these names. */
export function importKubernetes(input: KubernetesInput, names: readonly string[], notes: Notes): readonly ImportedService[] {
  const { objects } = input;
  const chosen = objects.filter((object) => isWorkload(object) && names.includes(object.name));
  const used = new Set<KubernetesObject>(objects.filter(isWorkload));
  for (const workload of objects.filter(isWorkload)) {
    const { services, ingresses, scalers, budgets } = companionsOf(workload, objects);
    for (const object of [...services, ...ingresses, ...scalers, ...budgets]) used.add(object);
  }
  for (const object of objects) {
    if (used.has(object) || object.kind === 'ConfigMap') continue;
    const known = Object.hasOwn(lostKinds, object.kind) ? lostKinds[object.kind] : undefined;
    const belongs = ['Service', 'Ingress', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'].includes(object.kind);
    notes.lost(
      object.node,
      object.path,
      known?.why ?? (belongs ? 'It belongs to no workload of this file.' : `\`${object.kind}\` is nothing that a manifest describes.`),
      known?.advice ?? 'Keep it as it is, beside what Waybill deploys.',
    );
  }
  return chosen.map((object) => importOne(input, object, chosen.length === 1));
}

function importOne({ workspace, uri, objects }: KubernetesInput, object: KubernetesObject, alone: boolean): ImportedService {
  const name = labelOf(object.name) || 'service';
  const target = targetOf(workspace, uri, name, alone);
  const standards = workspace.standardsFor(target);
  const main = mainContainer(object);
  const configMaps = objects.filter(({ kind }) => kind === 'ConfigMap').map((map) => [map.name, entriesAt(map.node, 'data')] as const);
  const workload: Workload = {
    name,
    object,
    pod: valueAt(object.node, 'spec', 'template', 'spec'),
    container: main?.node,
    path: `containers[${main?.index ?? 0}]`,
    companions: companionsOf(object, objects),
    configMaps: new Map(configMaps),
    secretNames: standards?.policy.secretNamePattern,
    place: { workspace, uri: target, standards, notes: collectNotes() },
  };
  if (name !== object.name)
    workload.place.notes.changed(
      object.node,
      'metadata.name',
      `\`${object.name}\` cannot be the name of a service.`,
      `It is called \`${name}\`.`,
    );
  const text = writeManifest(workloadSections(workload));
  return { name, uri: target, exists: workspace.file(target) !== undefined, text, notes: workload.place.notes.all() };
}

/** Beside the Dockerfile where one is near: in the folder, above folders such as `k8s`, or in one named like the service. */
function targetOf(workspace: Workspace, uri: string, name: string, alone: boolean): string {
  const folder = parentUri(uri);
  const above = parentUri(folder);
  const near = [
    `${name}/`,
    ...(alone ? ['', ...(/\/(?:k8s|kube|kubernetes|deploy|deployment|manifests?)$/i.test(folder) ? ['../'] : [])] : []),
    `../${name}/`,
  ];
  const found = near.find((path) => workspace.file(resolveUri(folder, `${path}Dockerfile`)) !== undefined);
  if (found !== undefined) return resolveUri(found === '../' ? above : folder, found === '../' ? 'waybill.yaml' : `${found}waybill.yaml`);
  return resolveUri(folder, alone ? 'waybill.yaml' : `${name}/waybill.yaml`);
}

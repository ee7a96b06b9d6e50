import { optional } from '../../text/optional.ts';
import { resolveUri } from '../../text/uris.ts';
import { entriesAt, entryOf, itemsAt, textAt, textMapAt, valueAt, type YamlNode } from '../../yaml/tree.ts';
import { labelOf } from './amounts.ts';
import { noteSecrets } from './env.ts';
import { containerPorts, envSection, noteContainer, noteMounts, resourcesSection } from './kubernetesContainer.ts';
import { healthSection, lifecycleSection } from './kubernetesHealth.ts';
import { lostPodKeys, lostWorkloadKeys } from './kubernetesLost.ts';
import type { Workload } from './kubernetesModel.ts';
import { networkSections } from './kubernetesNetwork.ts';
import type { KubernetesObject } from './kubernetesObjects.ts';
import { rolloutSection, scaleSection } from './kubernetesScale.ts';
import { noteRest } from './notes.ts';
import { baseImageOf, fillRequired, productOf, repositoryOf } from './place.ts';
import type { Sections } from './write.ts';

/** The container of a pod that becomes the service: the one named like the workload, else the first. */
export function mainContainer(object: KubernetesObject): { readonly index: number; readonly node: YamlNode } | undefined {
  const containers = itemsAt(object.node, 'spec', 'template', 'spec', 'containers');
  const named = containers.findIndex((container) => textAt(container, 'name') === object.name);
  const index = Math.max(named, 0);
  const node = containers[index];
  return node ? { index, node } : undefined;
}

/** The sections of the manifest of a workload. */
export function workloadSections(workload: Workload): Sections {
  const { name, object, container, path, place } = workload;
  const labels = textMapAt(object.node, 'metadata', 'labels');
  const product = productOf(place, labelOf(labels['app.kubernetes.io/part-of'] ?? ''));
  const reference = textAt(container, 'image');
  const ports = containerPorts(workload);
  const network = networkSections(workload, ports);
  const folder = resolveUri(place.uri, '..');
  const dockerfileUri = resolveUri(folder, 'Dockerfile');
  const base = baseImageOf(place.workspace, dockerfileUri);
  if (!place.workspace.file(dockerfileUri))
    place.notes.todo(
      'build',
      'There is no Dockerfile beside the manifest.',
      'Move the manifest to it, write one, or say under `build` where it is.',
    );
  const sections: Sections = {
    metadata: { name, product },
    ...optional('standards', place.standards?.name || undefined),
    build: { context: '.', dockerfile: 'Dockerfile', ...(base?.layer === 'base' ? { base: base.name } : {}) },
    image: { repository: repositoryOf(place, product, name, reference ? { reference, path: `${path}.image` } : undefined) },
    ports: network.ports,
    env: envSection(workload),
    resources: resourcesSection(workload),
    health: healthSection(workload, ports),
    lifecycle: lifecycleSection(workload),
    network: textAt(workload.pod, 'hostNetwork') === 'true' ? { mode: 'host' } : {},
    expose: network.expose,
    scale: scaleSection(workload),
    rollout: rolloutSection(workload),
  };
  noteMounts(workload);
  noteContainer(workload);
  noteAround(workload);
  noteSecrets(sections.env, place.notes);
  fillRequired(sections, place);
  return sections;
}

/** Says what of the object around the container has no place in a manifest. */
function noteAround({ object, pod, container, place }: Workload): void {
  const { notes } = place;
  const spec = valueAt(object.node, 'spec');
  for (const [i, other] of itemsAt(pod, 'containers').entries())
    if (other !== container)
      notes.lost(
        other,
        `containers[${i}]`,
        `A service is one container: \`${textAt(other, 'name') ?? i}\` stands beside it.`,
        'Make a service of its own of it, put it into the image, or leave it to the cluster.',
      );
  const handled = ['containers', 'volumes', 'hostNetwork', 'terminationGracePeriodSeconds'];
  noteRest(entriesAt(pod), 'spec.template.spec', { handled, lost: lostPodKeys, format: 'Kubernetes' }, notes);
  const known = ['replicas', 'selector', 'template', 'strategy', 'updateStrategy', 'minReadySeconds', 'progressDeadlineSeconds'];
  noteRest(entriesAt(spec), 'spec', { handled: known, lost: lostWorkloadKeys, format: 'Kubernetes' }, notes);
  const namespace = entryOf(valueAt(object.node, 'metadata'), 'namespace');
  if (namespace)
    notes.lost(
      namespace,
      'metadata.namespace',
      'Namespaces belong to the environment.',
      'Write `kubernetes.namespace` in waybill.environments.yaml.',
    );
  const metadata = [valueAt(object.node, 'metadata'), valueAt(spec, 'template', 'metadata')];
  for (const [i, node] of metadata.entries()) {
    const annotations = entryOf(node, 'annotations');
    const where = i === 0 ? 'metadata' : 'spec.template.metadata';
    if (annotations)
      notes.lost(
        annotations,
        `${where}.annotations`,
        'Annotations are not written by manifests.',
        'Ask those who run the cluster what reads them.',
      );
  }
}

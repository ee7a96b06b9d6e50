/** Whose an object is: this service's, another tool's, another service's, or nobody's. Pure. */
import { ownerAnnotation } from './names.ts';
import type { KubeObject } from './types.ts';

export type Owner =
  | { readonly kind: 'own' }
  /** Helm, Argo CD or Flux keep it in place (S5). */
  | { readonly kind: 'tool'; readonly text: string }
  /** Another service that Waybill deploys. */
  | { readonly kind: 'other'; readonly text: string }
  /** No mark at all. */
  | { readonly kind: 'nobody'; readonly text: string };

/** Compares the marks of the live object with the owner mark that `intent` would have. */
export function ownerOf(live: KubeObject, intent: KubeObject): Owner {
  const name = `${live.kind} ${live.metadata.name}`;
  const tool = toolOf(live);
  if (tool) {
    return { kind: 'tool', text: `${name} belongs to ${tool}. Waybill does not take over what another tool keeps in place.` };
  }
  const owner = live.metadata.annotations?.[ownerAnnotation];
  if (owner === intent.metadata.annotations?.[ownerAnnotation]) return { kind: 'own' };
  return owner
    ? { kind: 'other', text: `${name} belongs to ${owner}, not to this service. Rename the service or remove that object.` }
    : {
        kind: 'nobody',
        text: `${name} exists and was not made by Waybill. Rename the service, remove that object, or take it over.`,
      };
}

function toolOf({ metadata }: KubeObject): string | undefined {
  const annotations = metadata.annotations ?? {};
  const labels = metadata.labels ?? {};
  const helm = annotations['meta.helm.sh/release-name'];
  if (helm) return `Helm (release ${helm})`;
  const argo = annotations['argocd.argoproj.io/tracking-id'];
  if (argo) return `Argo CD (${argo})`;
  const flux = labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name'];
  return flux ? `Flux (${flux})` : undefined;
}

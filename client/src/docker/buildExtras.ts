import type { BuildSpec } from '../../../server/src/protocol.ts';
import type { Attestations } from './demands.ts';
import type { CacheEntry, Caches } from './solve.ts';

/** By what name the builder asks for the folder of a named context. */
export function folderName(context: string): string {
  return `context-${context}`;
}

/** Attributes of `dockerfile.v0` for named contexts, caches and attestations (github.com/moby/buildkit/frontend/dockerui). */
export function extraAttributes(spec: BuildSpec, { provenance, sbomScanner }: Attestations): Record<string, string> {
  const contexts = (spec.contexts ?? []).map((one) => [
    `context:${one.name}`,
    'folder' in one ? `local:${folderName(one.name)}` : `docker-image://${one.image}`,
  ]);
  const { imports } = cachesOf(spec);
  const caches = imports.map(({ type, attributes }) => ({ Type: type, Attrs: attributes }));
  return {
    ...Object.fromEntries(contexts),
    ...(caches.length > 0 ? { 'cache-imports': JSON.stringify(caches) } : {}),
    ...(provenance ? { 'attest:provenance': `mode=${provenance}` } : {}),
    ...(sbomScanner ? { 'attest:sbom': `generator=${sbomScanner}` } : {}),
  };
}

/** Where the build looks for cached steps, and where it leaves its own. */
export function cachesOf({ cache }: BuildSpec): Caches {
  const exports: CacheEntry[] = [];
  if (cache?.to) {
    // A cache that cannot be written is no reason to lose the image.
    exports.push({ type: 'registry', attributes: { ref: cache.to.ref, mode: cache.to.mode, 'ignore-error': 'true' } });
  }
  if (cache?.inline) exports.push({ type: 'inline', attributes: {} });
  return { exports, imports: (cache?.from ?? []).map((ref) => ({ type: 'registry', attributes: { ref } })) };
}

import { splitReference } from './imageReference.ts';

/** The registry of a reference; images without one come from Docker Hub. Rule: https://pkg.go.dev/github.com/distribution/reference */
export function registryHost(reference: string): string {
  const { repository } = splitReference(reference);
  const slash = repository.indexOf('/');
  const first = slash < 0 ? '' : repository.slice(0, slash);
  if (!/[.:]/.test(first) && first !== 'localhost' && first.toLowerCase() === first) return 'docker.io';
  return /^(?:index|registry-1)\.docker\.io$/.test(first) ? 'docker.io' : first.toLowerCase();
}

/** Host and path of a reference, the implied parts of Docker Hub written out. */
export function fullRepository(reference: string): string {
  const host = registryHost(reference);
  const { repository } = splitReference(reference);
  if (host !== 'docker.io') return repository.toLowerCase();
  const path = repository.replace(/^(?:index\.|registry-1\.)?docker\.io\//, '').toLowerCase();
  return `docker.io/${path.includes('/') ? path : `library/${path}`}`;
}

/** True when a list of registries (hosts, hosts with the beginning of a path, `*` as a wildcard) covers a reference. */
export function isFromRegistry(allowed: readonly string[], reference: string): boolean {
  const host = registryHost(reference);
  const repository = fullRepository(reference);
  return allowed.some((entry) => {
    const wanted = entry
      .toLowerCase()
      .replace(/^https?:\/\//, '')
      .replace(/\/+$/, '');
    if (wanted === 'hub.docker.com') return host === 'docker.io';
    if (wanted.includes('*')) return wildcardMatches(wanted, wanted.includes('/') ? repository : host);
    return wanted === host || repository.startsWith(`${wanted}/`);
  });
}

/** `*` stands for any text; linear. */
export function wildcardMatches(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  const last = parts.length > 1 ? (parts[parts.length - 1] ?? '') : undefined;
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const next = text.indexOf(part, at);
    if (next < 0) return false;
    at = next + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

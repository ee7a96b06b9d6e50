/** Host of an image name, as Docker reads it: the first part when it looks like a host, else Docker Hub (`docker.io`). */
export function registryHostOf(name: string): string {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  return first.includes('.') || first.includes(':') || first === 'localhost' ? first : 'docker.io';
}

/** The path of a repository within its registry; Docker Hub's own images live in `library/`. */
export function repositoryPathOf(repository: string): string {
  const host = registryHostOf(repository);
  if (repository.startsWith(`${host}/`)) {
    const path = repository.slice(host.length + 1);
    return host === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  }
  return repository.includes('/') ? repository : `library/${repository}`;
}

/** True for a registry on this machine, the only one that is spoken to without TLS unasked. */
export function isLoopbackRegistry(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

/** `sha256:` and 64 hex digits. */
export function isDigest(reference: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(reference);
}

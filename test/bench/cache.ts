// Where the parts that take minutes to build are kept, by version, outside the repository.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Versions of what is built; each is part of a path in the cache, so that a new version is a new build. */
export const versions = {
  kubernetes: 'v1.34.4',
  engine: 'v2.0.0-beta.24',
  runc: 'v1.4.3',
  codeServer: '4.139.1',
  yamlLanguageServer: '2.0.0',
  hadolint: '2.15.1',
} as const;

/** The cache folder. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'waybill-bench');
}

/** The folder with dockerd, docker-proxy and runc of the current engine generation. */
export function engineFolder(): string {
  return join(cacheFolder(), `engine-${versions.engine}`);
}

/** The one binary that holds Kubernetes. */
export function kubeBinary(): string {
  return join(cacheFolder(), `kube-${versions.kubernetes}`);
}

/** The folder of code-server's npm package. */
export function codeServerFolder(): string {
  return join(cacheFolder(), `code-server-${versions.codeServer}`);
}

/** The folder that Red Hat's YAML language server is installed into. */
export function yamlServerFolder(): string {
  return join(cacheFolder(), `yaml-language-server-${versions.yamlLanguageServer}`);
}

/** The folder that hadolint is installed into. */
export function hadolintFolder(): string {
  return join(cacheFolder(), `hadolint-${versions.hadolint}`);
}

/** The program that answers as BuildKit does; its sources are its version. */
export function oracleBinary(): string {
  const hash = createHash('sha256');
  for (const name of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(new URL(`oracle/${name}`, import.meta.url)));
  return join(cacheFolder(), `oracle-${hash.digest('hex').slice(0, 12)}`);
}

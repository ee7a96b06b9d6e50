import type { Credentials, RegistryCredential } from '../ports.ts';
import { registryHostOf } from '../registry/reference.ts';
import { dockerfileSteps } from './dockerfileSteps.ts';

/** The `X-Registry-Auth` header for one registry; an empty account for anonymous, which 20.10 wants to see too. */
export async function registryAuth(credentials: Credentials, repository: string, signal: AbortSignal): Promise<string> {
  const host = registryHostOf(repository);
  const found = await credentials.forRegistry(host, signal);
  return encode(found ? account(host, found) : {});
}

/**
 * The `X-Registry-Config` header for the classic builder: accounts of exactly the hosts that the Dockerfile's FROM lines name, because
 * this builder cannot ask (S7).
 */
export async function registryConfig(
  credentials: Credentials,
  dockerfile: string,
  args: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  const accounts: Record<string, object> = {};
  for (const host of baseHosts(dockerfile, args)) {
    const found = await credentials.forRegistry(host, signal);
    if (found) accounts[host === 'docker.io' ? 'https://index.docker.io/v1/' : host] = account(host, found);
  }
  return encode(accounts);
}

function baseHosts(dockerfile: string, args: Readonly<Record<string, string>>): ReadonlySet<string> {
  const values = new Map<string, string>();
  const hosts = new Set<string>();
  for (const step of dockerfileSteps(dockerfile)) {
    const declared = step.keyword === 'ARG' && step.stage === -1 ? /^(\w+)(?:=["']?([^"'\s]*))?/.exec(step.rest) : null;
    if (declared?.[1]) values.set(declared[1], args[declared[1]] ?? declared[2] ?? '');
    if (step.keyword !== 'FROM') continue;
    const image = step.rest.replace(/^(--\S+\s+)+/, '').split(/\s+/)[0] ?? '';
    hosts.add(registryHostOf(image.replace(/\$\{?(\w+)\}?/g, (_, name: string) => values.get(name) ?? '')));
  }
  return hosts;
}

function account(host: string, found: RegistryCredential): object {
  return { username: found.username, password: found.password, serveraddress: host };
}

/** base64url with padding, as Go's `base64.URLEncoding` reads it. */
function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

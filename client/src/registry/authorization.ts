import { fail } from '../errors.ts';
import type { RegistryCredential } from '../ports.ts';
import { isLoopbackRegistry } from './reference.ts';

/** A `WWW-Authenticate` header (RFC 9110 §11.6.1). */
export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string | undefined; readonly scope: string | undefined };

export function readChallenge(header: string | null): Challenge | undefined {
  const scheme = /^\s*(\w+)/.exec(header ?? '')?.[1]?.toLowerCase();
  if (scheme === 'basic') return { scheme };
  if (scheme !== 'bearer') return undefined;
  const parts = new Map([...(header ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name ?? '', value ?? '']));
  const realm = parts.get('realm');
  return realm === undefined ? undefined : { scheme, realm, service: parts.get('service'), scope: parts.get('scope') };
}

/**
 * The `Authorization` value that answers a challenge, undefined when it wants an account and there is none. A token is asked for at the
 * realm that the registry names, which must have TLS unless it is on this machine
 * (distribution.github.io/distribution/spec/auth/token).
 */
export async function authorize(
  challenge: Challenge,
  credential: RegistryCredential | undefined,
  scopes: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const basic = credential && `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}`;
  if (challenge.scheme === 'basic') return basic;
  const realm = realmOf(challenge.realm);
  if (challenge.service !== undefined) realm.searchParams.set('service', challenge.service);
  // What the registry asks for may be less than what the whole operation needs.
  const asked = scopes.length > 1 || challenge.scope === undefined ? scopes : [challenge.scope];
  for (const scope of asked) realm.searchParams.append('scope', scope);
  const response = await fetch(realm, { headers: basic === undefined ? {} : { authorization: basic }, signal });
  if (!response.ok) return undefined;
  const answer: unknown = await response.json();
  if (typeof answer !== 'object' || answer === null) return undefined;
  const token = 'token' in answer ? answer.token : 'access_token' in answer ? answer.access_token : undefined;
  return typeof token === 'string' ? `Bearer ${token}` : undefined;
}

function realmOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'https:' || isLoopbackRegistry(url.host))) return url;
  throw fail(
    'rejected',
    `The registry sends us to \`${text}\` for a token, which is not reached by TLS.`,
    'Have the registry name a token service with https.',
  );
}

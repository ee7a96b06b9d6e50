/** Last words of names that talk about a secret without being one: `DB_PASSWORD_FILE`, `TOKEN_TTL`. */
const harmlessEnd =
  /(?:^|[_.-])(?:file|path|dir|directory|folder|store|location|mount|ur[li]|endpoint|host|port|name|id|arn|ref|ttl|timeout|expiry|expires|expiration|duration|age|length|len|size|count|limit|type|kind|alg|algorithm|enabled?|disabled?|required|header|format|version|prefix|suffix|regex|pattern|policy|issuer|audience|scopes?|public|provider|mode|rounds|prompt)s?$/i;

/** True when a variable is named like a secret. `pattern` is the standards' `policy.env.secretNamePattern`. */
export function namesSecret(name: string, pattern = '(pass(word)?|secret|token|api[_-]?key|private[_-]?key|credential)'): boolean {
  if (harmlessEnd.test(name) || name.length > 200) return false;
  // The pattern ends where a word ends: `TOKENIZERS_PARALLELISM` and `COMPASS_X` are no secrets.
  return (
    new RegExp(`(?:^|[_.-])[a-z0-9]*(?:${pattern})s?(?:$|[_.-])`, 'i').test(name) &&
    !/(?:^|[_.-])(?:com|by|over|under|sur|tres)pass(?:$|[_.-])/i.test(name)
  );
}

const prefixes: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /^(?:AKIA|ASIA)[0-9A-Z]{16}$/, what: 'an AWS access key' },
  { pattern: /^gh[pousr]_[A-Za-z0-9]{36,}$/, what: 'a GitHub token' },
  { pattern: /^github_pat_\w{60,}$/, what: 'a GitHub token' },
  { pattern: /^glpat-[\w-]{20,}$/, what: 'a GitLab token' },
  { pattern: /^xox[abeoprs]-[\w-]{10,}$/, what: 'a Slack token' },
  { pattern: /^sk_live_[A-Za-z0-9]{20,}$/, what: 'a Stripe key' },
  { pattern: /^npm_[A-Za-z0-9]{36}$/, what: 'an npm token' },
  { pattern: /^AIza[\w-]{35}$/, what: 'a Google API key' },
  { pattern: /^eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+$/, what: 'a signed token (JWT)' },
  { pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/, what: 'a private key' },
  { pattern: /^[a-z][a-z0-9+.:-]*:\/\/[^\s:@/]+:[^\s@/$][^\s@/]*@/i, what: 'an address with a password' },
];

/** Names what a value gives itself away as; undefined for everything else. Linear. */
export function looksLikeSecret(value: string): string | undefined {
  if (value.length > 10_000) return undefined;
  const known = prefixes.find(({ pattern }) => pattern.test(value));
  if (known) return known.what;
  return isRandom(value) ? 'a random key' : undefined;
}

/** Long words of letters of both cases and digits with as much surprise as random ones. Digests in hexadecimal are public. */
function isRandom(value: string): boolean {
  if (!/^[A-Za-z0-9+/=_-]{32,200}$/.test(value) || !/[a-z]/.test(value) || !/[A-Z]/.test(value) || !/\d/.test(value)) return false;
  const counts = new Map<string, number>();
  for (const sign of value) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits >= 4.3;
}

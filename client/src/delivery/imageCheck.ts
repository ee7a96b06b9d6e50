import { fail } from '../errors.ts';
import type { BuiltImage } from '../ports.ts';

/** Tokens that nothing else looks like: their issuers gave them prefixes so that they are found. */
const tokens: readonly (readonly [RegExp, string])[] = [
  [/\bAKIA[0-9A-Z]{16}\b/, 'an AWS access key'],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{22,}/, 'a GitHub token'],
  [/\bglpat-[\w-]{20,}/, 'a GitLab token'],
  [/\bnpm_[A-Za-z0-9]{36}\b/, 'an npm token'],
  [/\bxox[abprs]-[\w-]{10,}/, 'a Slack token'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/\/\/[^\s/:@]+:[^\s/@$]{6,}@/, 'a password in an address'],
];

/** A value given to a name that sounds like a secret; not a reference to a variable or a file. */
const named = /\b([\w.-]*(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key)[\w.-]*)=(?!["']?[$/])["']?[^\s"']{6,}/i;

/** What is to be said of an image after it was built, by what it is and not by what its Dockerfile says. */
export function checkImage(image: BuiltImage): readonly string[] {
  const warnings: string[] = [];
  for (const { createdBy } of image.history) {
    const token = tokens.find(([pattern]) => pattern.test(createdBy));
    if (token) throw heldInHistory(token[1], createdBy);
    const name = named.exec(createdBy)?.[1];
    if (name) warnings.push(`Whoever has the image can read the value of \`${name}\` in its history: use \`RUN --mount=type=secret\`.`);
  }
  const { user } = image.config;
  if (/^(|0|root)(:.*)?$/.test(user)) warnings.push(`The image runs as root${user === '' ? ', because no USER is set' : ''}.`);
  return [...new Set(warnings)];
}

/** The text itself is never shown: it holds the secret (S6). */
function heldInHistory(what: string, createdBy: string): Error {
  const instruction = /^\s*(?:\|\d+ |\/bin\/sh -c #\(nop\)\s*)?([A-Z]+)?/.exec(createdBy)?.[1] ?? 'RUN';
  return fail(
    'refused',
    `The history of the image holds ${what} (in ${/^[A-Z]+$/.test(instruction) ? instruction : 'RUN'}): whoever has the image has it too. It is not released.`,
    'Revoke it, and give the build what it needs by `RUN --mount=type=secret` and `build.secrets`.',
  );
}

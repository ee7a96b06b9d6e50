import { looksLikeSecret, namesSecret } from '../../service/secretWords.ts';
import { labelOf } from './amounts.ts';
import type { Notes, Place } from './notes.ts';

/** One variable of the source. */
export interface SourceVariable {
  readonly name: string;
  /** Undefined: the source takes it from elsewhere. */
  readonly value: string | undefined;
  readonly at: Place;
  /** Path in the source. */
  readonly path: string;
}

/** What the values of variables are judged by. */
export interface EnvContext {
  readonly service: string;
  readonly secretNames: string | undefined;
  readonly notes: Notes;
}

/** A variable as `env` of a manifest holds it. Secrets become references, and their values appear nowhere. */
export function envValue({ name, value, at, path }: SourceVariable, context: EnvContext): unknown {
  const { notes, service } = context;
  const kind = value === undefined ? undefined : looksLikeSecret(value);
  if (kind || (namesSecret(name, context.secretNames) && !isHarmless(value))) {
    const secret = { name: service, key: labelOf(name, 63) || 'value' };
    const why = kind ? `Its value looks like ${kind}.` : 'It is named like a secret.';
    const leaked = value !== undefined && value !== '' && !value.includes('${');
    notes.changed(
      at,
      path,
      `${why} The value was not copied: \`env.${name}\` refers to the key \`${secret.key}\` of the secret \`${secret.name}\`.`,
      leaked ? 'Change the secret: it stood in a file.' : 'Say where it comes from, under `secrets` of each environment.',
    );
    return { secret };
  }
  if (value === undefined) {
    notes.changed(
      at,
      path,
      'Its value comes from the shell or from `.env`.',
      `Give it in each environment: \`environments.<name>.env.${name}\`.`,
    );
    return { required: true };
  }
  return escaped(value);
}

/** Booleans, numbers and paths are not what a secret is. */
function isHarmless(value: string | undefined): boolean {
  return value !== undefined && /^(?:\d{1,5}|true|false|yes|no|on|off|none|null|(?:\/|\.{1,2}\/|~\/).*)$/i.test(value);
}

/** `${` would be filled in by Waybill, and `$$` read as one dollar sign. */
function escaped(value: string): string {
  return value.replace(/\$(?=[${])/g, '$$$$');
}

/** Says once which secrets the environments have to have. */
export function noteSecrets(env: Record<string, unknown> | undefined, notes: Notes): void {
  const names = Object.values(env ?? {}).flatMap((value) => {
    if (typeof value !== 'object' || value === null || !('secret' in value)) return [];
    const { name, key } = value.secret as { readonly name: string; readonly key: string };
    return [`\`${name}/${key}\``];
  });
  if (names.length > 0)
    notes.todo(
      'env',
      `It refers to ${names.length === 1 ? 'a secret' : 'secrets'}: ${[...new Set(names)].join(', ')}.`,
      'Say where each comes from, under `secrets` of each environment.',
    );
}

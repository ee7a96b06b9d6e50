import type { JsonSchema } from './schema.ts';

/** What people write for the same thing; undefined where a rewrite does not apply. */
const rewrites: readonly ((text: string) => string | undefined)[] = [
  (text) => text.trim(),
  (text) => text.toLowerCase(),
  (text) => text.toLowerCase().replace(/[\s_.]+/g, '-'),
  // Amounts: `1 hour`, `512 MiB`, `30`.
  (text) => (/^\d/.test(text) ? text.replace(/\s+/g, '') : undefined),
  (text) => text.replace(/(\d)\s*(?:(d)ays?|(h)(?:ou)?rs?|(m)in(?:ute)?s?|(s)ec(?:ond)?s?)(?![a-z])/gi, '$1$2$3$4$5').replace(/\s+/g, ''),
  (text) => text.replace(/(\d)\s*([kmgtpe])(i?)b$/i, (_, digit, unit, binary) => digit + prefix(unit, binary)),
  (text) => text.replace(/(\d)\s*([kmgt])i?b?$/i, (_, digit, unit) => `${digit}${prefix(unit, '')}B`),
  (text) => (/^[\d.]+$/.test(text) ? `${text}s` : undefined),
  // Paths and addresses without their beginning.
  (text) => (/^[\w.]+\//.test(text) || /^\w+$/.test(text) ? `/${text}` : undefined),
  (text) => (/^[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:\/|$)/.test(text) ? `https://${text}` : undefined),
];

function prefix(unit: string, binary: string): string {
  const letter = unit.toUpperCase();
  return letter === 'K' && binary === '' ? 'k' : `${letter}${binary.toLowerCase()}`;
}

/** A text that fits the schema's pattern and says the same as one that does not: `30` → `30s`, `1 GB` → `1G`, `Order_API` → `order-api`. */
export function nearMiss(schema: JsonSchema, text: string): string | undefined {
  if (!schema.pattern || schema['x-secret'] || text.trim() === '') return undefined;
  const pattern = new RegExp(schema.pattern, 'u');
  const fits = (rewritten: string | undefined): rewritten is string =>
    rewritten !== undefined && rewritten !== text && pattern.test(rewritten) && !(rewritten === `${text}s` && pattern.test('xs'));
  return rewrites.map((rewrite) => rewrite(text)).find(fits);
}

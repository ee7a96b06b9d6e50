import { memoryText } from '../../service/amounts.ts';

const units: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** A size of Compose (`512m`, `1gb`, `1.5g`; powers of 1024) as an amount of memory; undefined when it is none. */
export function composeMemory(text: string): string | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  const bytes = match ? Number(match[1]) * (units[(match[2] ?? '').toLowerCase()] ?? 1) : 0;
  return bytes > 0 ? memoryText(bytes) : undefined;
}

/** A number of cores (`0.5`, `2`) as an amount of CPU; undefined when it is none. */
export function composeCpu(text: string): string | undefined {
  const cores = /^\d*\.?\d+$/.test(text.trim()) ? Number(text) : 0;
  if (!(cores > 0)) return undefined;
  return Number.isInteger(cores) ? String(cores) : `${Math.max(1, Math.round(cores * 1000))}m`;
}

/** A duration of Compose (`1m30s`, `10`: seconds, `500000us`) as one of a manifest; undefined when it is none or nothing. */
export function composeDuration(text: string): string | undefined {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return trimmed === '0' ? undefined : `${trimmed}s`;
  if (/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(trimmed)) return trimmed;
  const micro = /^(\d+)(us|ns)$/.exec(trimmed);
  return micro ? `${Math.max(1, Math.round(Number(micro[1]) / (micro[2] === 'us' ? 1e3 : 1e6)))}ms` : undefined;
}

/** A name that a service, a port or a key of a secret may have; empty when nothing is left of it. */
export function labelOf(text: string, longest = 46): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, longest)
    .replace(/-+$/, '');
}

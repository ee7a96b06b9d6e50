const seconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 };
const duration = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/** Reads `1h30m` as seconds; undefined when it is no duration. */
export function durationSeconds(text: string): number | undefined {
  if (!duration.test(text)) return undefined;
  let sum = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) sum += Number(amount) * (seconds[unit] ?? 0);
  return Math.round(sum * 1000) / 1000;
}

/** True for CPU as Kubernetes reads it: cores or thousandths (`500m`), more than nothing. */
export function isCpu(text: string): boolean {
  return /^\d+(?:\.\d+)?m?$/.test(text) && Number.parseFloat(text) > 0;
}

/** True for memory as Kubernetes reads it: bytes, or with `k`…`E`, `Ki`…`Ei`, more than nothing. */
export function isMemory(text: string): boolean {
  return /^\d+(?:\.\d+)?(?:[kMGTPE]|[KMGTPE]i)?$/.test(text) && Number.parseFloat(text) > 0;
}

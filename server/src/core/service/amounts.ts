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

const factors: Readonly<Record<string, number>> = {
  '': 1,
  ...{ k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** Bytes of an amount of memory as Kubernetes writes it; undefined when it is none. */
export function memoryBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([kMGTPE]|[KMGTPE]i)?$/.exec(text);
  return match ? Number(match[1]) * (factors[match[2] ?? ''] ?? 1) : undefined;
}

/** Bytes of a size such as `40GB`; undefined when it is none. */
export function sizeBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([kMGT])?B$/.exec(text);
  return match ? Math.round(Number(match[1]) * (factors[match[2] ?? ''] ?? 1)) : undefined;
}

/** Cores of an amount of CPU; undefined when it is none. */
export function cpuCores(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m)?$/.exec(text);
  return match ? Number(match[1]) / (match[2] ? 1000 : 1) : undefined;
}

/** Bytes as the shortest amount of memory that is not smaller: `1536Mi`. */
export function memoryText(bytes: number): string {
  const mebibytes = Math.ceil(bytes / 2 ** 20);
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

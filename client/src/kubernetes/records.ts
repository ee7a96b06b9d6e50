/** Deployment records in the service's own ConfigMap: how they are written into it and read back. Pure but for compression. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { DeploymentRecord } from '../ports.ts';

/** Longer texts are compressed. */
const plainLimit = 4096;
/** Together below this, so that the object stays far from etcd's limit of 1.5 MiB and from the API's of 1 MiB. */
const totalLimit = 700 * 1024;
const compressed = 'gzip+base64:';

/** The members of `data` that hold records. `current` is the newest one, `history` the older ones as a list, newest first. */
export interface RecordData {
  readonly current?: string;
  readonly history?: string;
}

export function encode(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= plainLimit ? text : compressed + gzipSync(text, { level: 9 }).toString('base64');
}

/** The value that was encoded; undefined for what cannot be read: broken records must never stop a deployment. */
export function decode(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    const plain = text.startsWith(compressed) ? gunzipSync(Buffer.from(text.slice(compressed.length), 'base64')).toString('utf8') : text;
    return JSON.parse(plain);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is DeploymentRecord =>
  typeof value === 'object' && value !== null && 'sequence' in value && 'release' in value && 'result' in value && 'effective' in value;

/** Newest first. */
export function recordsOf(data: RecordData | undefined): readonly DeploymentRecord[] {
  const older = decode(data?.history);
  return [decode(data?.current), ...(Array.isArray(older) ? older : [])].filter(isRecord);
}

/** At most `keep` records (one at least), fewer when they would grow beyond 700 KiB. */
export function recordData(records: readonly DeploymentRecord[], keep: number): Required<RecordData> {
  const [newest, ...older] = records;
  const current = newest ? encode(newest) : '';
  for (let count = Math.min(older.length, Math.max(0, keep - 1)); ; count--) {
    const history = encode(older.slice(0, count));
    if (count === 0 || current.length + history.length < totalLimit) return { current, history };
  }
}

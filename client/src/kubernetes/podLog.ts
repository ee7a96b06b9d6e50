/** The log of one container of one Pod, from its first line until it is over, across cuts, restarts and rotations. */
import type { Clock, LogLine, LogQuery } from '../ports.ts';
import { lineBatches } from './lines.ts';
import { podView } from './pods.ts';
import { type Api, absent, statusOf } from './request.ts';
import { isBefore, type ResumePoint, resumePoint, splitStamp } from './resume.ts';
import type { ContainerStatus, KubeObject } from './types.ts';

export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  /** A Pod of the same name may be another one. */
  readonly uid: string;
  readonly container: string;
  /** What lines are labelled with. */
  readonly instance: string;
  /** It had a run when it was listed, a moment ago. */
  readonly hasLog?: boolean;
}

export type Emit = (lines: readonly LogLine[]) => Promise<void>;

export interface Reading {
  readonly api: Api;
  readonly source: LogSource;
  readonly query: LogQuery;
  readonly emit: Emit;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Resolves when the Pod changes next. */
  readonly changed: () => Promise<void>;
}

const longestPause = 10_000;
/** How late the cluster may say that a container has ended or runs anew, in milliseconds. */
const stateDelay = 10_000;

/** Reads until the container is over for good (its Pod is gone or has ended), or, without `follow`, until the end of what is there. */
export async function readLog(reading: Reading): Promise<void> {
  const run: Run = { resume: resumePoint(), restarts: undefined };
  if (reading.query.previous) return readPreviousOnly(reading, run);
  let failures = 0;
  // To read once what is there nothing more needs to be known: one question less per instance.
  if (!reading.query.follow && reading.source.hasLog) {
    if ((await readOnce(reading, run, { tail: reading.query.tail, follow: false })) !== 'cut') return;
  }
  while (!reading.signal.aborted) {
    const before = run.lines ?? 0;
    if ((await readRun(reading, run)) === 'over') return;
    failures = (run.lines ?? 0) > before ? 0 : failures + 1;
    await pause(reading, failures);
  }
}

/**
 * What the last run that has ended has said: that before the present one, or, as nodes keep but one, the present one where it has ended
 * and no other has begun yet.
 */
async function readPreviousOnly(reading: Reading, run: Run): Promise<void> {
  const { tail } = reading.query;
  for (let attempt = 0; attempt < 3 && run.lines === undefined && !reading.signal.aborted; attempt++) {
    if (attempt > 0) await pause(reading, attempt);
    const end = await readOnce(reading, run, { follow: false, previous: true, tail });
    if (end !== 'clean' || run.lines !== undefined) continue;
    const status = await containerStatus(reading);
    if (typeof status === 'object' && status.ended) await readOnce(reading, run, { follow: false, tail });
  }
  if (run.lines === undefined) await reading.emit(marker(reading, 'no run that has ended has left a log'));
}

/** The run of the container that is being read. */
interface Run {
  resume: ResumePoint;
  restarts: number | undefined;
  /** Lines delivered so far. */
  lines?: number;
  /** Time of the last line delivered. */
  last?: string;
  /** When the server last ended a stream in peace, in milliseconds. */
  ended?: number | undefined;
  /** A line was later than what was asked for: the rest is too. */
  past?: boolean;
}

async function readRun(reading: Reading, run: Run): Promise<'over' | 'again'> {
  const { query } = reading;
  const status = await containerStatus(reading);
  if (typeof status === 'string') return status === 'gone' ? 'over' : 'again';
  if (!status.started) return query.follow ? 'again' : 'over';
  if (mayBeAnotherRun(reading, run, status)) return 'again';
  if (run.restarts !== undefined && status.restarts > run.restarts) {
    await readPrevious(reading, run, status.restarts - run.restarts);
    run.resume = resumePoint();
  }
  if (query.follow && run.restarts === undefined && query.tail !== undefined) {
    // Read apart, so that what follows is resumed from a known line; of an empty log everything is new.
    const asked = { tail: Math.max(1, query.tail), follow: false, silent: query.tail === 0 };
    if ((await readOnce(reading, run, asked)) === 'cut') return 'again';
  }
  run.restarts = status.restarts;
  const end = await readOnce(reading, run, query.follow ? { follow: true } : { tail: query.tail, follow: false });
  if (end === 'gone' || (end === 'clean' && (status.over || !query.follow))) return 'over';
  return 'again';
}

/**
 * A stream ends in peace with its run, often before the cluster says so: what is opened then may be the log of the next run, whose lines would
 * stand before the mark of the restart.
 */
function mayBeAnotherRun({ clock, query }: Reading, run: Run, status: Status): boolean {
  if (!query.follow || run.ended === undefined || status.over || status.restarts !== run.restarts) return false;
  return clock.now().getTime() - run.ended < stateDelay;
}

/** Waits a little longer after each vain attempt, but no longer than until the Pod changes. */
async function pause({ clock, signal, changed }: Reading, failures: number): Promise<void> {
  const longest = Math.min(longestPause, 200 * 2 ** Math.min(failures, 8));
  const scope = new AbortController();
  const time = clock.sleep(longest * (0.5 + Math.random() / 2), AbortSignal.any([signal, scope.signal])).catch(() => undefined);
  await Promise.race([time, changed()]);
  scope.abort();
}

interface Status {
  readonly started: boolean;
  readonly restarts: number;
  /** Will not run again: the Pod has ended. */
  readonly over: boolean;
  /** The present run has ended. */
  readonly ended: boolean;
}

async function containerStatus(reading: Reading): Promise<Status | 'gone' | 'unreachable'> {
  const { api, source, signal } = reading;
  try {
    const found = await absent(api.send<KubeObject>({ path: `/api/v1/namespaces/${source.namespace}/pods/${source.pod}` }, signal));
    const pod = found && podView(found.body);
    if (!pod || pod.uid !== source.uid) return 'gone';
    const status = pod.containers.find((container) => container.name === source.container);
    const over = pod.phase === 'Succeeded' || pod.phase === 'Failed';
    return { started: hasLog(status), restarts: status?.restartCount ?? 0, over, ended: status?.state?.terminated !== undefined };
  } catch (error) {
    if (signal.aborted) return 'gone';
    if (isTemporary(error)) return 'unreachable';
    throw error;
  }
}

/** True once there is, or was, a run of the container. */
export const hasLog = (status: ContainerStatus | undefined): boolean =>
  status !== undefined && (status.state?.running !== undefined || status.state?.terminated !== undefined || status.restartCount > 0);

const isTemporary = (error: unknown): boolean => {
  const status = statusOf(error);
  return status === 0 || status === 429 || (status ?? 0) >= 500;
};

const marker = (reading: Reading, text: string): readonly LogLine[] => [
  { instance: reading.source.instance, time: reading.clock.now().toISOString(), text, marker: true },
];

/** The rest of the container that ran before a restart: what it said last is what one wants to read. */
async function readPrevious(reading: Reading, run: Run, restarts: number): Promise<void> {
  await readOnce(reading, run, { follow: false, previous: true });
  const lost = restarts > 1 ? `; ${restarts - 1} runs in between have left no log` : '';
  await reading.emit(marker(reading, `the container was restarted${lost}`));
}

interface Asked {
  readonly follow: boolean;
  readonly tail?: number | undefined;
  readonly previous?: boolean;
  /** Lines count as delivered without being shown. */
  readonly silent?: boolean;
}

/** One connection. `clean`: the server ended it; `cut`: it broke; `gone`: there is no such log. */
async function readOnce(reading: Reading, run: Run, asked: Asked): Promise<'clean' | 'cut' | 'gone'> {
  const { api, source, signal } = reading;
  const query = logQuery(reading, run.resume, asked);
  run.resume.reconnect();
  run.ended = undefined;
  try {
    const path = `/api/v1/namespaces/${source.namespace}/pods/${source.pod}/log`;
    // The kubelet answers only when there is a line to send.
    const body = await api.stream({ path, query, timeout: 0 }, signal);
    await deliver(reading, run, body, asked.silent === true);
    if (asked.follow) run.ended = reading.clock.now().getTime();
    return 'clean';
  } catch (error) {
    if (signal.aborted) return 'gone';
    const status = statusOf(error);
    if (status === 404) return 'gone';
    // 400: the container is between two runs, or has no previous one.
    if (status === undefined || status === 400 || isTemporary(error)) return 'cut';
    throw error;
  }
}

function logQuery({ source, query }: Reading, resume: ResumePoint, asked: Asked): Record<string, string | number | boolean> {
  const since = resume.since() ?? query.since;
  return {
    container: source.container,
    timestamps: true,
    ...(asked.previous ? { previous: true } : {}),
    ...(asked.follow ? { follow: true } : {}),
    ...(since === undefined ? {} : { sinceTime: since }),
    ...(asked.tail === undefined ? {} : { tailLines: asked.tail }),
  };
}

async function deliver(reading: Reading, run: Run, body: AsyncIterable<Uint8Array>, silent: boolean): Promise<void> {
  const { source, query, emit } = reading;
  let checked = false;
  for await (const batch of lineBatches(body)) {
    const lines = fresh(batch, source, run.resume, query);
    run.past = query.until !== undefined && batch.some((line) => !isBefore(splitStamp(line).time, query.until ?? ''));
    if (lines.length > 0 && !silent && !checked && run.resume.lost()) await emit(marker(reading, lostWords(run.last, lines[0]?.time)));
    const newest = lines.at(-1)?.time;
    if (newest) run.last = newest;
    if (run.past && lines.length === 0) return;
    if (lines.length === 0 || silent) continue;
    checked = true;
    run.lines = (run.lines ?? 0) + lines.length;
    await emit(lines);
  }
}

/** Nobody can say how many: what the node has removed is not counted anywhere. */
const lostWords = (last: string | undefined, next: string | undefined): string =>
  `lines between ${clockTime(last)} and ${clockTime(next)} are lost: the node rotated them away before they could be read`;

const clockTime = (time: string | undefined): string => (time ?? '').slice(11, 23) || 'then';

function fresh(batch: readonly string[], source: LogSource, resume: ResumePoint, { since, until }: LogQuery): readonly LogLine[] {
  const lines: LogLine[] = [];
  for (const line of batch) {
    const { time, text } = splitStamp(line);
    // The API cuts `sinceTime` to whole seconds.
    if (since !== undefined && time !== '' && isBefore(time, since)) continue;
    if (until !== undefined && time !== '' && !isBefore(time, until)) continue;
    // The kubelet's own words, where a log should be: between two runs it has removed the one before the last.
    if (time === '' && text.startsWith('unable to retrieve container logs')) continue;
    if (resume.take(time)) lines.push({ instance: source.instance, time, text });
  }
  return lines;
}

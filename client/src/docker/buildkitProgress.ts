import type { BuildEvent } from '../ports.ts';
import { type BuildProgress, errorIn, idIn, lineIn, type StepOutput } from './buildReport.ts';
import type { StepLines } from './dockerfileSteps.ts';
import { decodeTrace, type TraceVertex } from './trace.ts';

type StepState = Extract<BuildEvent, { type: 'step' }>['state'];

export interface BuildkitProgress extends BuildProgress {
  /** A `StatusResponse` as BuildKit's own API sends it. */
  takeTrace(message: Buffer): void;
}

/** Turns BuildKit's stream into events. Each step is told once for every state that it comes to. */
export function buildkitProgress(
  report: (event: BuildEvent) => void,
  output: StepOutput,
  lines: StepLines,
  hide: (text: string) => string,
): BuildkitProgress {
  const told = new Map<string, StepState>();
  const counted = { cached: 0, ran: 0 };
  const failure: { vertex?: TraceVertex; error?: string | undefined; line?: number | undefined } = {};
  let id: string | undefined;
  const note = (vertex: TraceVertex, state: StepState): void => {
    if (state === 'cached' && isWork(vertex)) counted.cached += 1;
    if (state === 'done' && isWork(vertex)) counted.ran += 1;
    if (state !== 'failed') return;
    if (isCacheExport(vertex)) report({ type: 'warning', message: cacheWarning(hide(vertex.error)) });
    else failure.vertex ??= vertex;
  };
  const takeVertex = (vertex: TraceVertex): void => {
    const state = stateOf(vertex);
    if (state === undefined || told.get(vertex.digest) === state || isFinal(told.get(vertex.digest))) return;
    if (isFinal(state)) output.flush(vertex.digest);
    told.set(vertex.digest, state);
    const line = lines.ofVertex(vertex.name);
    note(vertex, state);
    report({
      type: 'step',
      id: vertex.digest,
      name: hide(vertex.name),
      state,
      ...(line === undefined ? {} : { line }),
      ...(vertex.started !== undefined && vertex.completed !== undefined ? { seconds: vertex.completed - vertex.started } : {}),
      ...(state === 'failed' ? { error: hide(vertex.error) } : {}),
    });
  };
  const takeTrace = (message: Buffer): void => {
    const trace = decodeTrace(message);
    // Output that came together with the end of its step belongs before it.
    for (const vertex of trace.vertexes) if (!isFinal(stateOf(vertex))) takeVertex(vertex);
    for (const log of trace.logs) output.add(log.vertex, log.text);
    for (const vertex of trace.vertexes) takeVertex(vertex);
    for (const warning of trace.warnings) {
      // An image that says that it is of one platform and holds programs of another would start nowhere.
      if (warning.text.startsWith('InvalidBaseImagePlatform')) Object.assign(failure, { error: warning.text, line: warning.line });
      report({ type: 'warning', message: warning.line === undefined ? warning.text : `line ${warning.line}: ${warning.text}` });
    }
  };
  return {
    takeTrace,
    take: (value) => {
      failure.error ??= errorIn(value);
      id = (value.id === 'moby.image.id' ? idIn(value) : undefined) ?? id;
      if (value.id === 'moby.buildkit.trace' && typeof value.aux === 'string') takeTrace(Buffer.from(value.aux, 'base64'));
    },
    outcome: () => ({
      id,
      error: failure.error === undefined ? undefined : hide(failure.error),
      line: (failure.vertex && lines.ofVertex(failure.vertex.name)) ?? failure.line ?? lineIn(failure.error ?? ''),
      output: failure.vertex ? output.tail(failure.vertex.digest) : [],
      ...counted,
    }),
  };
}

/** An instruction that makes a layer or a folder; a base is neither cached nor run. */
function isWork(vertex: TraceVertex): boolean {
  return /^\[[^\]]*\d+\/\d+\] (?!FROM )/.test(vertex.name);
}

/** A cache that cannot be written is no reason to lose the image: the build goes on. */
function isCacheExport(vertex: TraceVertex): boolean {
  return /^exporting cache to /.test(vertex.name);
}

function cacheWarning(error: string): string {
  return `The build cache could not be written (\`build.cache.to\`), so other builders will not find it: ${error.trim()}`;
}

function stateOf(vertex: TraceVertex): StepState | undefined {
  if (vertex.error !== '') return 'failed';
  if (vertex.cached) return 'cached';
  if (vertex.completed !== undefined) return 'done';
  return vertex.started === undefined ? undefined : 'started';
}

function isFinal(state: StepState | undefined): boolean {
  return state !== undefined && state !== 'started';
}

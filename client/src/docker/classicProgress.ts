import type { BuildEvent } from '../ports.ts';
import { type BuildProgress, errorIn, idIn, lineIn, type StepOutput } from './buildReport.ts';
import type { StepLines } from './dockerfileSteps.ts';

interface Open {
  readonly id: string;
  readonly name: string;
  readonly line: number | undefined;
  readonly began: number;
  cached: boolean;
}

/** Turns the classic builder's text (`Step 3/5 : RUN …`, ` ---> Using cache`) into events. `now` is in milliseconds. */
export function classicProgress(
  report: (event: BuildEvent) => void,
  output: StepOutput,
  lines: StepLines,
  hide: (text: string) => string,
  now: () => number,
): BuildProgress {
  const counted = { cached: 0, ran: 0 };
  let open: Open | undefined;
  let error: string | undefined;
  let id: string | undefined;
  const tell = (step: Open, state: 'started' | 'done' | 'cached' | 'failed'): void => {
    report({
      type: 'step',
      id: step.id,
      name: hide(step.name),
      state,
      ...(step.line === undefined ? {} : { line: step.line }),
      ...(state === 'started' ? {} : { seconds: (now() - step.began) / 1000 }),
      ...(state === 'failed' && error ? { error: hide(error) } : {}),
    });
  };
  const finish = (state?: 'failed'): void => {
    if (!open) return;
    output.flush(open.id);
    if (!state) counted[open.cached ? 'cached' : 'ran'] += 1;
    tell(open, state ?? (open.cached ? 'cached' : 'done'));
    if (!state) open = undefined;
  };
  const takeText = (text: string): void => {
    const step = /^Step (\d+)\/\d+ : (.*)/.exec(text);
    if (step) {
      finish();
      open = { id: `step-${step[1]}`, name: step[2] ?? '', line: lines.ofStep(Number(step[1])), began: now(), cached: false };
      tell(open, 'started');
    } else if (open && /^ ---> Using cache/.test(text)) {
      open.cached = true;
    } else if (open && !/^ ---> |^Removing intermediate container |^Successfully (built|tagged) /.test(text)) {
      output.add(open.id, Buffer.from(text));
    }
  };
  return {
    take: (value) => {
      const found = errorIn(value);
      if (found !== undefined && error === undefined) {
        error = found;
        finish('failed');
      }
      id = idIn(value) ?? id;
      if (typeof value.stream === 'string') takeText(value.stream);
    },
    outcome: () => {
      const failed = error === undefined ? undefined : open;
      if (error === undefined) finish();
      return {
        id,
        error: error === undefined ? undefined : hide(error),
        line: failed?.line ?? lineIn(error ?? ''),
        output: failed ? output.tail(failed.id) : [],
        ...counted,
      };
    },
  };
}

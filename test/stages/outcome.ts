// What running test files gave, and what is made of it at the end of a stage.

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** How one test file went; `text` is all that it printed and all that is to be said of its tests. */
export interface Outcome {
  readonly file: string;
  readonly counts: Counts;
  readonly text: string;
  readonly seconds: number;
}

/** The sum of a stage, and the files that failed once and passed when they ran again. */
export interface StageResult {
  readonly counts: Counts;
  readonly unstable: readonly string[];
}

export type RunFile = (file: string) => Promise<Outcome>;

export const none: Counts = { passed: 0, failed: 0, skipped: 0 };

/** When more files than these fail, something else is wrong than one test, and nothing is run again. */
const mostRunAgain = 4;

export function sumOf(counts: readonly Counts[]): Counts {
  const sum = (pick: (part: Counts) => number) => counts.reduce((total, part) => total + pick(part), 0);
  return { passed: sum((part) => part.passed), failed: sum((part) => part.failed), skipped: sum((part) => part.skipped) };
}

/**
 * Runs the files of each lane one after the other and the lanes beside each other; prints each file when it is over. Files that failed run once
 * more, alone, when all others are through: real components have bad moments. What they then say counts; a file that passes only then is told.
 */
export async function runLanes(
  lanes: readonly (readonly string[])[],
  runFile: RunFile,
  print: (text: string) => void,
  signal?: AbortSignal,
): Promise<StageResult> {
  const once = async (file: string, title: string): Promise<Outcome> => {
    const outcome = await runFile(file);
    print(`\n-- ${title}${file}: ${outcome.seconds.toFixed(1)} s\n${outcome.text}`);
    return outcome;
  };
  const inOrder = async (files: readonly string[], title = ''): Promise<Outcome[]> => {
    const outcomes: Outcome[] = [];
    for (const file of files) if (!signal?.aborted) outcomes.push(await once(file, title));
    return outcomes;
  };
  const first = (await Promise.all(lanes.map((lane) => inOrder(lane)))).flat();
  const failed = first.filter(({ counts }) => counts.failed > 0).map(({ file }) => file);
  const again = failed.length <= mostRunAgain ? await inOrder(failed, 'once more, alone: ') : [];
  const counting = first.map((outcome) => again.find(({ file }) => file === outcome.file) ?? outcome);
  const unstable = again.filter(({ counts }) => counts.failed === 0).map(({ file }) => file);
  return { counts: sumOf(counting.map(({ counts }) => counts)), unstable };
}

/** The last lines of `npm test`: what is unstable stands where nobody overlooks it, and the sum is the very last line. */
export function closing(results: readonly StageResult[]): string {
  const { passed, failed, skipped } = sumOf(results.map(({ counts }) => counts));
  const unstable = results.flatMap((result) => result.unstable.map((file) => `UNSTABLE: ${file} (failed once, then passed)\n`));
  return `\n${unstable.join('')}${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`;
}

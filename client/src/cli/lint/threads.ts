import { availableParallelism } from 'node:os';

/** A thread costs as much processor time as judging so many files: below, one does the work sooner and cheaper. */
const worthwhile = 2_000;

/** Threads that pay for so many files: one does the work without any. */
export function threadsFor(files: number, cores: number = availableParallelism()): number {
  return files < worthwhile ? 1 : Math.max(1, Math.min(cores, Math.floor(files / (worthwhile / 2)), 8));
}

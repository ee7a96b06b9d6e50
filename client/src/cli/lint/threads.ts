import { availableParallelism } from 'node:os';

/** Fewer files are judged sooner than a thread has started. */
const worthwhile = 400;

/** Threads that pay for so many files: one does the work without any. */
export function threadsFor(files: number, cores: number = availableParallelism()): number {
  return files < worthwhile ? 1 : Math.max(1, Math.min(cores, Math.floor(files / (worthwhile / 2)), 8));
}

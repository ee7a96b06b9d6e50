/**
 * node test/corpus/fuzz.ts [--count 1000000] [--seed 1] [--languages yaml]: damaged Dockerfiles, or files of every other kind,
 * are read and judged with every rule, none of them guarded.
 * The first that throws, or takes more than its deadline of this thread's processor time, ends the run with the document that did it.
 */
import { parseArgs } from 'node:util';
import { fuzz } from './fuzzing.ts';
import { fuzzYaml } from './yamlFuzzing.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    languages: { type: 'string', default: 'dockerfile' },
  },
});
const total = Number(values.count);
const begin = Date.now();
// Parsers make an error with its stack for each slip in a document; what fails is told by its step and its text.
Error.stackTraceLimit = 0;
const run = values.languages === 'yaml' ? fuzzYaml : fuzz;
const slowest = run({
  count: total,
  seed: Number(values.seed),
  progress: (done, longest) => {
    if (done % 10_000 !== 0) return;
    const seconds = Math.round((Date.now() - begin) / 1000);
    process.stderr.write(`${done} of ${total}, ${seconds} s, the slowest ${longest.toFixed(0)} ms\n`);
  },
});
process.stdout.write(`${total} documents in ${Math.round((Date.now() - begin) / 1000)} s; the slowest took ${slowest.toFixed(0)} ms\n`);

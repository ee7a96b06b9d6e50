/** Records what the peers say of the corpus: node test/corpus/record.ts. hadolint is that of `WAYBILL_HADOLINT`, or in PATH. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { answersFile, written } from './answers.ts';
import { dockerfiles } from './corpus.ts';
import { buildkitAnswers, hadolintAnswers, hadolintProgram } from './peers.ts';

const files = dockerfiles();
mkdirSync(dirname(answersFile('buildkit')), { recursive: true });
writeFileSync(answersFile('buildkit'), written(await buildkitAnswers(files)));
const hadolint = hadolintProgram();
if (hadolint) writeFileSync(answersFile('hadolint'), written(hadolintAnswers(hadolint, files)));
else process.stderr.write('hadolint is not installed: its record stays as it is.\n');

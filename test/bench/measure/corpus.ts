/** Dockerfiles to measure on: those of the sample, those in the rules' specifications, and generated long ones. */
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const tests = resolve(import.meta.dirname, '../..');

export interface CorpusFile {
  readonly uri: string;
  readonly text: string;
}

/** A few hundred files as people write them. */
export function corpus(): readonly CorpusFile[] {
  const sample = globSync('sample/**/Dockerfile', { cwd: tests }).map((path) => ({
    uri: pathToFileURL(join(tests, path)).href,
    text: readFileSync(join(tests, path), 'utf8'),
  }));
  const examples = globSync('rules/*/*.md', { cwd: tests }).flatMap((path) =>
    [...readFileSync(join(tests, path), 'utf8').matchAll(/```dockerfile\n([\s\S]*?)```/g)].map(([, text = ''], index) => ({
      uri: pathToFileURL(join(tests, 'sample/services', `${path.replaceAll('/', '-')}-${index}`, 'Dockerfile')).href,
      text: text.replace(/<\||\|>/g, '').replace(/^\s*#~.*\n/gm, ''),
    })),
  );
  return [...sample, ...examples, ...[50, 100, 150, 200, 300].flatMap((lines) => [generated(lines, 1), generated(lines, 2)])];
}

/** A realistic multi-stage Dockerfile of about that many lines. */
export function generated(lines: number, seed = 1): CorpusFile {
  const out = ['# syntax=docker/dockerfile:1', 'ARG VERSION=1.2.3', `FROM registry.example.com/build/pack:1.0.3-1 AS build${seed}`];
  for (let i = 0; out.length < lines - 8; i++) {
    out.push(
      `ENV SETTING_${i}="value ${i}" OTHER_${i}=\${SETTING_${Math.max(0, i - 1)}:-none}`,
      `RUN set -eux; \\`,
      `    mkdir -p /work/part${i} && cd /work/part${i}; \\`,
      `    for item in a b c; do echo "$item" >> list; done; \\`,
      `    if [ -f list ]; then sort list | uniq -c > counted; fi`,
      `COPY --chown=10001:10001 part${i}/ /work/part${i}/`,
      `# Part ${i} is ready.`,
    );
  }
  out.push(
    'FROM registry.example.com/base/web:2.4.1-r3',
    `COPY --from=build${seed} /work/ /opt/app/`,
    'LABEL com.example.team="team-order"',
    'USER 10001',
  );
  const uri = pathToFileURL(join(tests, `sample/services/generated-${lines}-${seed}/Dockerfile`)).href;
  return { uri, text: `${out.join('\n')}\n` };
}

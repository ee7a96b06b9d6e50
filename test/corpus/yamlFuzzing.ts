/** Damaged manifests, standards and environments: read, judged with rules that nothing guards, and asked for what editors ask. */
import assert from 'node:assert/strict';
import { completeManifest } from '../../server/src/core/features/completeManifest.ts';
import { hoverManifest } from '../../server/src/core/features/hoverManifest.ts';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { manifestContext } from '../../server/src/core/features/manifestContext.ts';
import { changeWorkspace, createWorkspace, fileKind, type Workspace } from '../../server/src/core/features/workspace.ts';
import { parseWhole } from '../../server/src/core/yaml/parse.ts';
import { manifestRules } from '../../server/src/generated/manifestRules.ts';
import { environmentsText, serviceText } from '../bench/measure/productLine.ts';
import { files as sample } from '../features/yamlFixture.ts';
import type { FuzzOptions } from './fuzzing.ts';
import { damaged, numbers } from './mutations.ts';

/** Processor time that one document may take, in milliseconds; a slow start of the machine's caches is part of it. */
const deadline = 2_000;

const pieces = [
  ...[
    'null',
    '[]',
    '{}',
    '- ',
    ': ',
    '\n',
    '  ',
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    '*a',
    '&a ',
    '<<: *a',
    '<<: [*a, *a]',
    '!!str ',
    '? ',
    '|\n',
    '>-\n',
  ],
  ...[
    '\t',
    '\r\n',
    '\r',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '{{ .x }}',
    '\uFEFF',
    '\0',
    '\u{1f600}',
    '#',
    '~',
    '.inf',
    '0x1F',
    '1e999',
    '-1',
    '012',
  ],
  ...[
    `$\{X}`,
    `$$\{X}`,
    `$\{environment.name}`,
    '8080',
    'auto',
    '12200-12299',
    '500m',
    '1Gi',
    '30s',
    'host',
    'sha256:',
    '__proto__: x\n',
    'constructor: {}\n',
  ],
  ...[
    'metadata: ',
    'kind: ',
    'environments:\n',
    'ports:\n',
    '  - name: a\n',
    'extends: [file:waybill.standards.yaml]\n',
    'include: ["**"]\n',
  ],
];

const texts: Readonly<Record<string, string>> = {
  ...sample,
  'line/waybill.environments.yaml': environmentsText(),
  'line/service-1/waybill.yaml': serviceText(1),
};
const uriOf = (path: string) => `file:///w/${path}`;
const yaml = Object.keys(texts).filter((path) => path.endsWith('.yaml'));

/** Returns the longest time that a document took, in ms. Throws with the document's text when something throws or the deadline is missed. */
export function fuzzYaml({ count, seed, progress }: FuzzOptions): number {
  const random = numbers(seed);
  const files = Object.entries(texts).map(([path, text]) => ({ uri: uriOf(path), kind: fileKind(uriOf(path)), text }));
  const base = createWorkspace({ files, folders: ['file:///w'], today: '2026-11-24' });
  const state = { workspace: base, slowest: 0 };
  for (let done = 1; done <= count; done++) {
    // Damage adds up over some edits, as when somebody types; then all begins anew.
    if (done % 5 === 1) state.workspace = base;
    const path = yaml[random(yaml.length)] ?? '';
    const now = state.workspace.file(uriOf(path))?.text ?? '';
    const text = random(2) ? damaged(now, Object.values(texts), random) : typed(now, random);
    const before = process.cpuUsage();
    const at = { step: 'parse' };
    try {
      state.workspace = changeWorkspace(state.workspace, [{ uri: uriOf(path), kind: fileKind(uriOf(path)), text }]);
      ask(state.workspace, uriOf(path), random, at);
    } catch (error) {
      throw new Error(`Document ${done}, ${path}, ${at.step}: ${JSON.stringify(text)}`, { cause: error });
    }
    const { user, system } = process.cpuUsage(before);
    state.slowest = Math.max(state.slowest, (user + system) / 1000);
    if (state.slowest > deadline) throw new Error(`Document ${done} took ${state.slowest.toFixed(0)} ms: ${JSON.stringify(text)}`);
    progress?.(done);
  }
  return state.slowest;
}

function typed(text: string, random: (limit: number) => number): string {
  const at = random(text.length + 1);
  return text.slice(0, at) + (pieces[random(pieces.length)] ?? '') + text.slice(at + (random(3) === 0 ? random(20) : 0));
}

function ask(workspace: Workspace, uri: string, random: (limit: number) => number, at: { step: string }): void {
  const context = manifestContext(workspace, uri);
  if (!context) return;
  for (const [id, rule] of Object.entries(manifestRules)) {
    at.step = id;
    if (rule.on.includes(context.kind)) rule.check(context);
  }
  at.step = 'read in one go';
  // It costs as much as all the rest.
  if (random(8) === 0) assert.deepEqual(context.yaml.root, parseWhole(context.yaml.text).root);
  at.step = 'lint another file';
  lintManifest(workspace, uriOf(yaml[random(yaml.length)] ?? ''));
  const position = { line: random(context.yaml.index.lineCount), character: random(60) };
  at.step = `completion at ${position.line}:${position.character}`;
  completeManifest(workspace, uri, position);
  at.step = `hover at ${position.line}:${position.character}`;
  hoverManifest(workspace, uri, position);
}

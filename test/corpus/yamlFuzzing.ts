/** Damaged files of every kind beside Dockerfiles: read, judged with rules that nothing guards, and asked for what editors ask. */
import assert from 'node:assert/strict';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { manifestContext } from '../../server/src/core/features/manifestContext.ts';
import { changeWorkspace, fileKind, type Workspace, type WorkspaceFile } from '../../server/src/core/features/workspace.ts';
import { baseRule } from '../../server/src/core/rules/manifestBase.ts';
import { registryRule } from '../../server/src/core/rules/manifestRegistry.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { parseWhole } from '../../server/src/core/yaml/parse.ts';
import { manifestRules } from '../../server/src/generated/manifestRules.ts';
import type { LanguageFeatures } from '../../server/src/lsp/kindFeatures.ts';
import { languageFeatures } from '../../server/src/lsp/languageFeatures.ts';
import type { Position } from '../../server/src/protocol.ts';
import type { FuzzOptions } from './fuzzing.ts';
import { damaged, numbers } from './mutations.ts';
import { type Subject, smallSubjects, uriOf, wholeSubjects, workspaceOf } from './yamlSubjects.ts';

/** Processor time that one document may take, in milliseconds; a slow start of the machine's caches is part of it. */
const deadline = 2_000;
/** One of so many series of edits is made to a whole example file. */
const wholeEvery = 40;

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
  ...[
    '[program:x]\n',
    'stdout_logfile=',
    '%(',
    '%(ENV_A)s',
    '[[',
    ']]',
    '"""',
    "'''",
    ' = ',
    'keys = [',
    '1979-05-27',
    '; ',
    '!*.log\n',
    '**/',
  ],
];

const rules = Object.entries({ ...manifestRules, 'base/unregistered': baseRule, 'registry/not-allowed': registryRule });
const features = languageFeatures();

/** Returns the longest time that a document took, in ms. Throws with the document's text when something throws or the deadline is missed. */
export function fuzzYaml({ count, seed, progress }: FuzzOptions): number {
  const random = numbers(seed);
  const [small, whole] = [smallSubjects(), wholeSubjects()];
  const texts = [...small, ...whole].flatMap(({ files }) => Object.values(files));
  let slowest = 0;
  let before = process.cpuUsage();
  let at = { subject: pick(small, random), workspace: workspaceOf(pick(small, random)) };
  for (let done = 1; done <= count; done++) {
    // Damage adds up over some edits, as when somebody types; then all begins anew.
    if (done % 5 === 1) {
      const subject = pick(random(wholeEvery) === 0 ? whole : small, random);
      at = { subject, workspace: workspaceOf(subject) };
    }
    const path = pick(at.subject.paths, random);
    const uri = uriOf(path);
    const now = at.workspace.file(uri)?.text ?? '';
    const text = random(2) ? damaged(now, texts, random) : typed(now, random);
    const place = { step: 'parse' };
    try {
      at.workspace = changeWorkspace(at.workspace, [{ uri, kind: fileKind(uri), text }]);
      ask(at.workspace, at.subject, uri, random, place);
    } catch (error) {
      throw new Error(`Document ${done}, ${path}, ${place.step}: ${JSON.stringify(text)}`, { cause: error });
    }
    const used = process.cpuUsage();
    slowest = Math.max(slowest, (used.user + used.system - before.user - before.system) / 1000);
    before = used;
    if (slowest > deadline) throw new Error(`Document ${done} took ${slowest.toFixed(0)} ms: ${JSON.stringify(text)}`);
    progress?.(done, slowest);
  }
  return slowest;
}

type Random = (limit: number) => number;

function pick<T>(list: readonly T[], random: Random): T {
  const one = list[random(list.length)];
  assert.ok(one !== undefined);
  return one;
}

function typed(text: string, random: Random): string {
  const at = random(text.length + 1);
  return text.slice(0, at) + pick(pieces, random) + text.slice(at + (random(3) === 0 ? random(20) : 0));
}

function ask(workspace: Workspace, subject: Subject, uri: string, random: Random, at: { step: string }): void {
  const file = workspace.file(uri);
  const own = file && features.of(file);
  if (!file || !own) return;
  const context = manifestContext(workspace, uri);
  if (context) {
    for (const [id, rule] of rules) {
      at.step = id;
      if (rule.on.includes(context.kind)) rule.check(context);
    }
    at.step = 'read in one go';
    // It costs as much as all the rest.
    if (random(16) === 0) assert.deepEqual(context.yaml.root, parseWhole(context.yaml.text).root);
  }
  at.step = 'lint another file';
  if (random(4) === 0) lintManifest(workspace, uriOf(pick(subject.paths, random)));
  const position = { line: random(file.text.split('\n').length), character: random(60) };
  const question = pick(questions, random);
  at.step = `${question.name} at ${position.line}:${position.character}`;
  question.ask(own, workspace, file, position);
}

interface Question {
  readonly name: string;
  ask(own: LanguageFeatures, workspace: Workspace, file: WorkspaceFile, position: Position): unknown;
}

const layout = { tabSize: 2, insertSpaces: true };
const questions: readonly Question[] = [
  { name: 'completion', ask: (own, ...where) => own.complete(...where) },
  { name: 'hover', ask: (own, ...where) => own.hover(...where) },
  {
    name: 'definition and references',
    ask: (own, workspace, file, position) => [
      own.define(workspace, file, position),
      own.references(workspace, file, position, true),
      own.manifest?.rename(workspace, file, position, 'fresh'),
      own.editing?.highlights(workspace, file, position),
    ],
  },
  {
    name: 'outline',
    ask: (own, workspace, file, position) => [
      own.symbols(workspace, file),
      own.folding(workspace, file),
      own.editing?.selection(workspace, file, position),
    ],
  },
  {
    name: 'findings and fixes',
    ask: (own, workspace, file, position) => {
      const findings = own.lint(workspace, file);
      for (const { fixes } of findings) for (const { edits } of fixes) applyEdits(file.text, edits);
      return [own.fixes(workspace, file, findings, { start: position, end: position }), own.fixAll(workspace, file)];
    },
  },
  {
    name: 'layout',
    ask: (own, workspace, file, position) => [
      own.editing && applyEdits(file.text, own.editing.format(workspace, file, layout)),
      own.editing?.formatNewLine(workspace, file, position, layout),
    ],
  },
  {
    name: 'decoration',
    ask: (own, workspace, file, position) => [
      own.editing?.tokens(workspace, file),
      own.editing?.lenses(workspace, file),
      own.editing?.links(workspace, file),
      own.manifest?.hints(workspace, file, { start: { line: 0, character: 0 }, end: position }),
    ],
  },
  {
    name: 'refactorings',
    ask: (own, workspace, file, position) => own.manifest?.refactors(workspace, file, { start: position, end: position }),
  },
];

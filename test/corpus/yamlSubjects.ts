/**
 * What damaged files are made of: the workspaces of every rule's specification, one file for each value of each field, the sections of the
 * example files beside their whole ones. The small ones cost a fraction of a millisecond, so that a million of them are feasible.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createWorkspace, fileKind, type Workspace } from '../../server/src/core/features/workspace.ts';
import { manifestRules } from '../../server/src/generated/rules.ts';
import { environmentsText, serviceText } from '../bench/measure/productLine.ts';
import { fieldRows, fieldTables } from '../features/fields/fieldRows.ts';
import { fieldsOf, fileWith } from '../features/fields/fields.ts';
import { files as sample } from '../features/yamlFixture.ts';
import { parseAnnotated } from '../harness/annotated.ts';
import { parseSpec, specWorkspaces } from '../rules/spec.ts';

/** A workspace by path, and those of its files that are to be damaged. */
export interface Subject {
  readonly files: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
}

const test = join(import.meta.dirname, '..');
const completeFiles = ['waybill.yaml', 'waybill.standards.yaml', 'waybill.environments.yaml'];
const complete = Object.fromEntries(completeFiles.map((name) => [name, readFileSync(join(test, 'features/complete', name), 'utf8')]));

const head = (kind: string, metadata: string) => `apiVersion: waybill.dev/v1\nkind: ${kind}\nmetadata: { ${metadata} }\n`;
const heads: Readonly<Record<string, string>> = {
  service: head('Service', 'name: order-api, product: zero-dsp'),
  standards: head('Standards', 'name: net-alliance, version: 1.0.0'),
  environments: head('Environments', 'product: zero-dsp'),
};

/** Where each kind of file stands in a workspace. */
const places: Readonly<Record<string, string>> = {
  service: 'waybill.yaml',
  standards: 'waybill.standards.yaml',
  environments: 'waybill.environments.yaml',
  hadolint: '.hadolint.yaml',
  record: '.waybill/releases/1.yaml',
};

/** The example files as they are, in their workspaces. */
export function wholeSubjects(): readonly Subject[] {
  const line = { ...sample, 'line/waybill.environments.yaml': environmentsText(), 'line/service-1/waybill.yaml': serviceText(1) };
  return [subject(line), subject(complete)];
}

/** Everything small. */
export function smallSubjects(): readonly Subject[] {
  return [...specifications(), ...fields(), ...sections()].filter(({ paths }) => paths.length > 0);
}

function subject(files: Readonly<Record<string, string>>): Subject {
  const judged = (path: string) => !['other', 'dockerfile', 'template'].includes(fileKind(uriOf(path)));
  return { files, paths: Object.keys(files).filter(judged) };
}

function specifications(): readonly Subject[] {
  const folder = join(test, 'rules');
  return (
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /^[\w-]+[/\\][\w-]+\.md$/.test(path))
      .sort()
      .map((path) => parseSpec(path, readFileSync(join(folder, path), 'utf8')))
      .filter(({ rule }) => Object.hasOwn(manifestRules, rule))
      .flatMap((spec) => spec.sections.flatMap(specWorkspaces))
      .map((files) => subject(Object.fromEntries([...files].map(([path, text]) => [path, parseAnnotated(text).text]))))
      // Some show what happens to files that are too large.
      .filter(({ files }) => Object.values(files).every((text) => text.length < 10_000))
  );
}

function fields(): readonly Subject[] {
  return Object.entries(fieldTables).flatMap(([kind, schema]) => {
    const known = new Map(fieldsOf(schema).map((field) => [field.path, field]));
    return fieldRows(kind).flatMap(({ path, good, bad }) =>
      [good, bad].flatMap((value) => {
        const field = known.get(path);
        return field && value !== undefined ? [subject({ [places[kind] ?? '']: `${fileWith(schema, field.steps, value)}\n` })] : [];
      }),
    );
  });
}

/** Each section of the example files in a file of its own, and each entry of the long ones. */
function sections(): readonly Subject[] {
  return [...Object.entries({ ...sample, ...complete }), ['waybill.environments.yaml', environmentsText()] as const].flatMap(
    ([path, text]) => {
      const kind = fileKind(uriOf(path));
      const start = heads[kind];
      if (start === undefined) return [];
      const own = places[kind] ?? path;
      return text
        .split(/^(?=[a-z])/im)
        .filter((block) => !/^(?:apiVersion|kind|metadata|#)/.test(block))
        .flatMap(cut)
        .map((block) => ({ files: { ...surroundings, [own]: start + block }, paths: [own] }));
    },
  );
}

function cut(block: string): readonly string[] {
  const [key = '', ...entries] = block.split(/^(?= {2}[^\s#])/m);
  return block.length < 1_500 || entries.length < 2 ? [block] : entries.map((entry) => key + entry);
}

const surroundings = {
  'waybill.yaml': `${heads.service}image: { repository: registry.example.com/zero-dsp/order-api }\n`,
  'waybill.standards.yaml': `${heads.standards}baseImages: [{ name: java-tomcat-9, image: registry.example.com/base/java-tomcat }]\n`,
  'waybill.environments.yaml': `${heads.environments}environments: [{ name: dev, kind: kubernetes, kubernetes: { context: dev, namespace: zero-dsp } }]\n`,
};

export const uriOf = (path: string): string => `file:///w/${path}`;

export function workspaceOf({ files }: Subject): Workspace {
  const list = Object.entries(files).map(([path, text]) => ({ uri: uriOf(path), kind: fileKind(uriOf(path)), text }));
  return createWorkspace({ files: list, folders: ['file:///w'], today: '2026-11-24' });
}

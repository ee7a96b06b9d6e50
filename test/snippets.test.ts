import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseDockerfile } from '../server/src/core/dockerfile/parse.ts';
import { lintDockerfile } from '../server/src/core/features/lint.ts';
import { lintManifest } from '../server/src/core/features/lintManifest.ts';
import { createWorkspace, fileKind, type Workspace } from '../server/src/core/features/workspace.ts';

interface Snippet {
  readonly prefix: readonly string[];
  readonly description: string;
  readonly body: readonly string[];
}

function snippets(name: string): Readonly<Record<string, Snippet>> {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../snippets', `${name}.json`), 'utf8'));
}

/** What stands there when every placeholder keeps its default. */
function expanded(snippet: Snippet | undefined): string {
  return `${(snippet?.body ?? [])
    .join('\n')
    .replace(/\$\{\d+\|([^,|]*)[^}]*\}/g, '$1')
    .replace(/\$\{\d+:([^}]*)\}/g, '$1')
    .replace(/\$\d/g, '')
    .trimEnd()}\n`;
}

const indented = (text: string) => text.replace(/^(?=.)/gm, '  ');
const standards = expanded(snippets('waybill-standards').Standards);
const environments = expanded(snippets('waybill-environments').Environments);
const service = expanded(snippets('waybill-service').Service);

function workspace(changed: Readonly<Record<string, string>> = {}): Workspace {
  const files = {
    'waybill.standards.yaml': standards,
    'waybill.environments.yaml': environments,
    'services/order/waybill.yaml': service,
    ...changed,
  };
  const list = Object.entries(files).map(([path, text]) => ({ uri: `file:///w/${path}`, kind: fileKind(`file:///w/${path}`), text }));
  return createWorkspace({ files: list, folders: ['file:///w'], today: '2026-11-24' });
}

/** @param elsewhere rules whose findings another file takes away */
function clean(path: string, text: string, elsewhere: readonly string[] = []): void {
  const found = lintManifest(workspace({ [path]: text }), `file:///w/${path}`).filter(({ rule }) => !elsewhere.includes(rule));
  assert.deepEqual(
    found.map((finding) => `${finding.range.start.line + 1}: ${finding.rule} ${finding.message}`),
    [],
    text,
  );
}

describe('snippets', () => {
  it('of whole files have no findings', () => {
    clean('waybill.standards.yaml', standards);
    clean('waybill.environments.yaml', environments);
    clean('services/order/waybill.yaml', service);
  });

  for (const [name, snippet] of Object.entries(snippets('dockerfile'))) {
    it(`of Dockerfiles: ${name}`, () => {
      const text = expanded(snippet);
      const file = parseDockerfile('file:///w/services/order/Dockerfile', text);
      const found = lintDockerfile(file, workspace({ 'services/order/Dockerfile': text }));
      assert.deepEqual(
        found.map((finding) => `${finding.rule} ${finding.message}`),
        [],
        text,
      );
    });
  }

  it('of parts have no findings where they belong', () => {
    const head = (kind: string, metadata: string) => `apiVersion: waybill.dev/v1\nkind: ${kind}\nmetadata: { ${metadata} }\n`;
    const parts = snippets('waybill-standards');
    for (const [name, list] of Object.entries({ 'Base image': 'baseImages', 'OS image': 'osImages', Waiver: 'waivers' })) {
      clean('waybill.standards.yaml', `${head('Standards', 'name: net-alliance')}${list}:\n${indented(expanded(parts[name]))}`);
    }
    const places = snippets('waybill-environments');
    for (const name of ['Kubernetes environment', 'Compose environment']) {
      const other = name.startsWith('Kubernetes') ? '  - { name: dev, kind: lab, lab: {} }\n' : '';
      clean(
        'waybill.environments.yaml',
        `${head('Environments', 'product: zero-dsp')}environments:\n${other}${indented(expanded(places[name]))}`,
      );
    }
    const pool = `builders:\n  - name: shared\n    members:\n${indented(indented(indented(expanded(places['Builder over TLS']))))}`;
    clean('waybill.environments.yaml', `${head('Environments', 'product: zero-dsp')}${pool}environments: []\n`);
    const own = snippets('waybill-service');
    const env = `env:\n${indented(expanded(own.Secret))}`;
    clean('services/order/waybill.yaml', `${service}${env}`, ['secret/no-source']);
    clean('services/order/waybill.yaml', service.replace(/\nhealth:[\s\S]*?\n\n/, `\n${expanded(own.Probes)}\n`));
  });

  it('say what they are for', () => {
    for (const name of ['dockerfile', 'waybill-service', 'waybill-environments', 'waybill-standards']) {
      for (const snippet of Object.values(snippets(name))) assert.ok(snippet.description.endsWith('.') && snippet.prefix.length > 0);
    }
  });
});

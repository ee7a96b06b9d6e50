/** The pages about files: every field has its place, and hover and completion lead there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { completeManifest } from '../../../server/src/core/features/completeManifest.ts';
import { hoverManifest } from '../../../server/src/core/features/hoverManifest.ts';
import { annotated, present, service } from '../yamlFixture.ts';
import { fieldTables } from './fieldRows.ts';
import { fieldsOf } from './fields.ts';

const manifest = 'services/order-api/waybill.yaml';
const read = (page: string) => readFileSync(new URL(`../../../docs/files/${page}`, import.meta.url), 'utf8').split('\n');

/** The heading that a link of the editor leads to. */
function heading(link: string | undefined): string {
  const [page = '', line = ''] = present(link).split('#L');
  return /`.+`/.exec(read(page)[Number(line) - 1] ?? '')?.[0] ?? '';
}

const at = (text: string, before: string) => annotated(manifest, text.replace(before, `<|>${before}`));

describe('pages about files', () => {
  for (const [name, root] of Object.entries(fieldTables)) {
    it(`tell every field of ${name} under an anchor of its own`, () => {
      const headings = read(`${name}.md`).filter((line) => /^##+ <a id=/.test(line));
      assert.equal(new Set(headings.map((line) => /id="([^"]+)"/.exec(line)?.[1])).size, headings.length);
      for (const { path } of fieldsOf(root))
        assert.ok(
          headings.some((line) => line.endsWith(`\`${path}\``)),
          path,
        );
    });
  }

  it('are where hover leads, from an override as well', () => {
    for (const [word, field] of [
      ['range: 12200', '`ports[].range`'],
      ['8080 }', '`ports[].port`'],
      ['env: HTTP_PORT', '`ports[].env`'],
      ['weight: 5', '`canary.steps[].weight`'],
      ['MODE:', '`env.*`'],
    ] as const) {
      const { uri, workspace, cursor } = at(service, word);
      assert.equal(heading(hoverManifest(workspace, uri, present(cursor))?.page), field);
    }
  });

  it('are where completion leads', () => {
    const { uri, workspace, cursor } = annotated(manifest, `${service}expo<|>\n`);
    const item = completeManifest(workspace, uri, present(cursor)).find(({ label }) => label === 'expose');
    assert.equal(heading(item?.page), '`expose`');
  });
});

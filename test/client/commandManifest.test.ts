import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { matchesGlob, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { commandIds } from '../../client/src/generated/commandIds.ts';
import { fileKind } from '../../server/src/core/features/workspace.ts';
import { fixedContributions, languages } from '../codegen/manifest/fixed.ts';

const root = resolve(import.meta.dirname, '../..');

/** The language that VS Code gives a file: an exact name goes before a pattern. */
function languageOf(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const exact = languages.find(({ filenames }) => filenames?.includes(name));
  const byPattern = languages.find(({ filenamePatterns }) =>
    filenamePatterns?.some((pattern) => matchesGlob(pattern.includes('/') ? path : name, pattern)),
  );
  return (exact ?? byPattern)?.id;
}

describe('languages by file name', () => {
  const files = {
    '/w/a/waybill.yaml': 'service',
    '/w/a/waybill.yml': 'service',
    '/w/waybill.standards.yml': 'standards',
    '/w/group.waybill.standards.yaml': 'standards',
    '/w/waybill.environments.yaml': 'environments',
    '/w/waybill.environments.local.yaml': 'environments',
    '/w/waybill.environments.local.yml': 'environments',
    '/w/waybill.lock.yaml': 'record',
    '/w/.waybill/releases/parcel/order-api/rel-1.yaml': 'record',
    '/w/.waybill/snapshots/dev/order-api.yaml': 'record',
    '/w/docker-compose.yaml': undefined,
  };
  for (const [path, kind] of Object.entries(files)) {
    it(`${path} is ${kind ?? 'none of ours'}, to the editor as to the server`, () => {
      assert.equal(languageOf(path), kind && `waybill-${kind}`);
      assert.equal(fileKind(`file://${path}`), kind ?? 'other');
    });
  }
});

describe('pages and welcome texts', () => {
  const views = fixedContributions.views.waybill.map((view) => view.id);
  const linked = JSON.stringify([fixedContributions.walkthroughs, fixedContributions.viewsWelcome]).matchAll(/command:(waybill\.[\w.]+)/g);

  it('link only to commands that exist', () => {
    for (const [, id = ''] of linked) {
      assert.ok(commandIds.includes(id) || views.some((view) => id === `${view}.focus`), id);
    }
  });

  it('have one text per view at least, and every picture', () => {
    for (const view of views)
      assert.ok(
        fixedContributions.viewsWelcome.some((welcome) => welcome.view === view),
        view,
      );
    const [walkthrough] = fixedContributions.walkthroughs;
    assert.equal(walkthrough?.steps.length, 3);
    for (const { media } of walkthrough?.steps ?? []) assert.ok(existsSync(resolve(root, media.image)), media.image);
  });
});

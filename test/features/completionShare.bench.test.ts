// It needs no bench; it computes for seconds, and so runs beside the clusters that keep their tests waiting.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { changeWorkspace, createWorkspace, fileKind, type Workspace } from '../../server/src/core/features/workspace.ts';
import { type Missing, offerOf, type Place, placesOf } from './completionPlaces.ts';

/** The files of a folder that the core reads, as a workspace. */
function folder(path: string, names: Readonly<Record<string, string>> = {}): Workspace {
  const root = join(import.meta.dirname, path);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const uri = `file:///w/${names[name] ?? name}`;
    const kind = fileKind(uri);
    const wanted = kind !== 'other' || name.startsWith('standards');
    return wanted && /\.ya?ml$|Dockerfile$/.test(name) ? [{ uri, kind, text: readFileSync(join(root, name), 'utf8') }] : [];
  });
  return createWorkspace({ files, folders: ['file:///w'], today: '2026-11-24' });
}

const words = (name: string, product: string) => `metadata: { name: ${name}, product: ${product} }\n`;

const workspaces: Readonly<Record<string, Workspace>> = {
  'test/features/complete': changeWorkspace(
    folder('complete', { 'waybill.yaml': 'services/order-api/waybill.yaml' }),
    ['user-api', 'billing-legacy'].map((name) => ({
      uri: `file:///w/services/${name}/waybill.yaml`,
      kind: 'service' as const,
      text: words(name, 'zero-dsp'),
    })),
  ),
  'test/sample': folder('../sample'),
};

/** What a person who has lost a word is offered: it is among the first ten. */
describe('completion finds again what was deleted', () => {
  for (const missing of ['word', 'restOfLine'] as const) {
    it(missing === 'word' ? 'a key or a value' : 'a key or a value and the rest of its line', () => {
      const { total, misses, changed } = measured(missing);
      const share = 1 - misses.length / total;
      console.log(`${total - misses.length} of ${total} places (${(share * 100).toFixed(1)} %)`);
      assert.deepEqual(changed, [], 'taking the word makes the file another');
      assert.ok(share >= 0.95, `${(share * 100).toFixed(1)} %\n${misses.join('\n')}`);
      if (process.env.MISSES) console.log(misses.join('\n'));
    });
  }
});

function measured(missing: Missing): { readonly total: number; readonly misses: readonly string[]; readonly changed: readonly string[] } {
  const misses: string[] = [];
  const changed: string[] = [];
  let total = 0;
  for (const [name, workspace] of Object.entries(workspaces)) {
    for (const { uri } of workspace.files.values()) {
      for (const place of placesOf(workspace, uri)) {
        total++;
        const { rank, restores } = offerOf(workspace, uri, place, missing);
        if (missing === 'word' && rank >= 0 && !restores) changed.push(told(name, uri, place, rank));
        if (rank < 0 || rank >= 10) misses.push(told(name, uri, place, rank));
      }
    }
  }
  return { total, misses, changed };
}

const told = (name: string, uri: string, { path, text, range, kind }: Place, rank: number): string =>
  `${name}${uri.slice('file:///w'.length)}:${range.start.line + 1}: ${path} (${kind} \`${text}\`) ${rank < 0 ? 'is not offered' : `is number ${rank + 1}`}`;

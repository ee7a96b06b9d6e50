import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { changeWorkspace, createWorkspace, fileKind, type Workspace } from '../../server/src/core/features/workspace.ts';
import { environmentsText, productLineFiles, serviceText } from '../bench/measure/productLine.ts';
import { damaged, numbers } from '../corpus/mutations.ts';
import { files as sample } from './yamlFixture.ts';

const at = (path: string, text: string) => ({ uri: `file:///w/${path}`, kind: fileKind(`file:///w/${path}`), text });
const services = [0, 1, 2].map((index) => [`line/service-${index}/waybill.yaml`, serviceText(index)] as const);
const files = Object.entries({ ...sample, 'line/waybill.environments.yaml': environmentsText(), ...Object.fromEntries(services) });

/** What is said of every file, by one workspace that remembers and by one that has just been made. */
function bothSay(workspace: Workspace): void {
  const { folders, today } = workspace;
  const fresh = createWorkspace({ files: [...workspace.files.values()], folders, today });
  for (const { uri } of workspace.files.values()) assert.deepEqual(lintManifest(workspace, uri), lintManifest(fresh, uri), uri);
}

/** One small change that keeps the file readable more often than not. */
function edited(text: string, random: (limit: number) => number): string {
  const lines = text.split('\n');
  const line = random(lines.length);
  const [a, b] = [lines[line] ?? '', lines[random(lines.length)] ?? ''];
  const other = [a.replace(/\w+(?=\W*$)/, 'changed'), a.replace(/\d+/, String(random(9000))), '', `${a}\n${b}`, b][random(5)] ?? a;
  return [...lines.slice(0, line), other, ...lines.slice(line + 1)].join('\n');
}

describe('what was said of a file is said again as long as nothing that it depends on changes', () => {
  it('and is the same as in a new workspace, whatever is edited', () => {
    const random = numbers(Number(process.env.WAYBILL_SEED ?? 3));
    let workspace = createWorkspace({ files: files.map(([path, text]) => at(path, text)), folders: ['file:///w'], today: '2026-11-24' });
    for (let round = 0; round < Number(process.env.WAYBILL_FUZZ ?? 50); round++) {
      const [path = '', original = ''] = files[random(files.length)] ?? [];
      const now = workspace.file(`file:///w/${path}`)?.text;
      const kind = random(8);
      if (kind === 0) workspace = changeWorkspace(workspace, [], [`file:///w/${path}`]);
      else if (kind === 1) workspace = changeWorkspace({ ...workspace, today: `20${26 + random(6)}-11-24` }, []);
      else if (kind < 4 || now === undefined) workspace = changeWorkspace(workspace, [at(path, original)]);
      else workspace = changeWorkspace(workspace, [at(path, kind === 4 ? damaged(now, [original], random) : edited(now, random))]);
      bothSay(workspace);
    }
  });

  it('a change of a component leaves most of 20 services alone', () => {
    const line = Object.entries(productLineFiles(20)).map(([path, text]) => at(path, text));
    const before = createWorkspace({ files: line, folders: ['file:///w'], today: '2026-11-24' });
    const [standards] = line;
    assert.ok(standards);
    for (const { uri } of line) lintManifest(before, uri);
    const after = changeWorkspace(before, [{ ...standards, text: standards.text.replace('title: Part 150', 'title: Porte 150') }]);
    assert.notEqual(after.standards[0]?.components, before.standards[0]?.components);
    assert.equal(after.standards[0]?.images, before.standards[0]?.images);
    assert.equal(after.services, before.services);
    bothSay(after);
  });

  it('and keeps no workspace of before alive', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const all = files.map(([path, text]) => at(path, text));
    const made = { workspace: createWorkspace({ files: all, folders: ['file:///w'], today: '2026-11-24' }) };
    const left: WeakRef<Workspace>[] = [];
    for (let edit = 0; edit < 10; edit++) {
      const [path = '', text = ''] = files[edit % files.length] ?? [];
      for (const { uri } of all) lintManifest(made.workspace, uri);
      left.push(new WeakRef(made.workspace));
      made.workspace = changeWorkspace(made.workspace, [at(path, `${text}\n# ${edit}\n`)]);
    }
    // Weak references hold until the end of the turn that made them.
    await new Promise((done) => setTimeout(done, 10));
    collect();
    assert.ok(left.filter((reference) => reference.deref()).length <= 1);
    assert.equal(made.workspace.files.size, all.length);
  });
});

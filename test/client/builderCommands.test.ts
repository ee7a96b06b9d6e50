/** Commands of the view Builders: what they write, ask and stop. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addBuilder } from '../../client/src/commands/addBuilder.ts';
import { cancelBuild } from '../../client/src/commands/cancelBuild.ts';
import { cleanBuilderCache } from '../../client/src/commands/cleanBuilderCache.ts';
import type { CommandContext } from '../../client/src/commands/contract/command.ts';
import type { Ui } from '../../client/src/commands/contract/ui.ts';
import { drainBuilder } from '../../client/src/commands/drainBuilder.ts';
import { removeBuilder } from '../../client/src/commands/removeBuilder.ts';
import { undrainBuilder } from '../../client/src/commands/undrainBuilder.ts';
import type { CacheCleaning, Ports } from '../../client/src/ports.ts';
import { createStore } from '../../client/src/state/store.ts';
import { changeBuilders } from '../../server/src/core/features/builderMembers.ts';
import { workspaceModel } from '../../server/src/core/features/model.ts';
import { createWorkspace } from '../../server/src/core/features/workspace.ts';
import { applyEdits } from '../../server/src/core/text/lineIndex.ts';
import { world } from '../delivery/world.ts';

const text = `apiVersion: waybill.dev/v1
kind: Environments
metadata: { product: zero-dsp }
builders:
  - name: shared
    cleanup: { keepStorage: 40GB, olderThan: 14d }
    members:
      - { name: build-1, host: "unix:///a" }
      - { name: build-2, host: "unix:///b", draining: true }
`;

/** A context on that file; `answer` is what the user says to a question with a verb. */
function contextOf(answer = true, ports?: Partial<Ports>) {
  const uri = 'file:///w/waybill.environments.yaml';
  const workspace = createWorkspace({ files: [{ uri, kind: 'environments', text }], folders: ['file:///w'], today: '2026-11-20' });
  const model = workspaceModel(workspace, () => undefined as never);
  const told: string[] = [];
  const written: string[] = [];
  const ui: Partial<Ui> = {
    pick: async (question) => question.choices[0]?.value,
    input: async ({ value, problem }) => {
      const given = value === 'ssh://' ? 'ssh://ops@build-7.example.com' : (value ?? '');
      return problem(given) === undefined ? given : undefined;
    },
    confirm: async (message, detail) => {
      told.push(`${message} ${detail}`);
      return answer;
    },
    inform: (message) => void told.push(message),
    run: (_task, work) => work(() => undefined, new AbortController().signal),
    saveEdits: async (edits) =>
      void written.push(
        applyEdits(
          text,
          edits.map((edit) => ({ range: edit.location.range, text: edit.text })),
        ),
      ),
  };
  const context = {
    ui,
    state: { model: { store: createStore({ state: 'ready', value: model }) } },
    documents: { model: async () => model },
    authoring: { changeBuilders: async (change: Parameters<typeof changeBuilders>[1]) => changeBuilders(workspace, change) },
    ports: async () => ({ ...world().ports, ...ports }),
    runCommand: async () => undefined,
  } as unknown as CommandContext;
  return { context, told, written };
}

describe('commands on builders', () => {
  it('drain and undrain in the file, and save it', async () => {
    const drain = contextOf();
    await drainBuilder.run(drain.context, { builder: 'shared/build-1' });
    assert.deepEqual(drain.written, [text.replace('"unix:///a" }', '"unix:///a", draining: true }')]);
    assert.match(drain.told[0] ?? '', /build-1 takes no new builds/);
    const undrain = contextOf();
    await undrainBuilder.run(undrain.context, {});
    assert.deepEqual(undrain.written, [text.replace('draining: true', 'draining: false')]);
  });

  it('remove only when the user says so', async () => {
    const no = contextOf(false);
    await removeBuilder.run(no.context, { builder: 'shared/build-2' });
    assert.deepEqual(no.written, []);
    const yes = contextOf();
    await removeBuilder.run(yes.context, { builder: 'shared/build-2' });
    assert.deepEqual(yes.written, [text.replace(/.*build-2.*\n/, '')]);
  });

  it('add one with a name from its address', async () => {
    const { context, written } = contextOf();
    await addBuilder.run(context, { builder: 'shared' });
    assert.match(written[0] ?? '', /build-2.*\n {6}- \{ name: build-7, host: ssh:\/\/ops@build-7\.example\.com \}\n$/);
  });

  it('clean cache only when the user says so, within what the pool allows', async () => {
    const cleanings: CacheCleaning[] = [];
    const { engines } = world().ports;
    const full: Ports['engines'] = {
      ...engines,
      open: (member) => ({
        ...engines.open(member),
        usage: async () => ({ images: 1, cache: 9e9, reclaimable: 2e9 }),
        cleanCache: async (cleaning) => cleanings.push(cleaning) && 1_500_000_000,
      }),
    };
    const no = contextOf(false, { engines: full });
    await cleanBuilderCache.run(no.context, { builder: 'shared/build-1' });
    assert.deepEqual(cleanings, []);
    const yes = contextOf(true, { engines: full });
    await cleanBuilderCache.run(yes.context, { builder: 'shared/build-1' });
    assert.deepEqual(cleanings, [{ keep: 40e9, olderThan: 14 * 86_400 }]);
    assert.match(
      yes.told[0] ?? '',
      /shared\/build-1\? It holds 9\.00 GB, of which 2\.00 GB is not in use.*older than 336 hours goes; 40\.0 GB stay/,
    );
    assert.equal(yes.told[1], '1.50 GB are free again on shared/build-1.');
    const empty = contextOf();
    await assert.rejects(cleanBuilderCache.run(empty.context, { builder: 'shared/build-1' }), { waybill: 'refused' });
  });

  it('cancel the build of the row', async () => {
    const { builders } = world().ports;
    const cancelled: string[] = [];
    const members = () => [{ name: 'a', host: 'unix:///a', labels: {}, capacity: 1, weight: 1, draining: false, optional: false }];
    const request = { pool: 'shared', service: 'p/one', members, policy: 'affinity', patience: 1, maxQueue: 9 } as const;
    await builders.seat({ ...request, cancel: () => cancelled.push('one') }, new AbortController().signal);
    const { context } = contextOf(true, { builders });
    await cancelBuild.run(context, { build: builders.builds()[0]?.id ?? '' });
    assert.deepEqual(cancelled, ['one']);
  });
});

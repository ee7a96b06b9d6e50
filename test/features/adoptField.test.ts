import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { adoptField } from '../../server/src/core/features/adoptField.ts';
import { createWorkspace } from '../../server/src/core/features/workspace.ts';
import { lineIndex } from '../../server/src/core/text/lineIndex.ts';
import type { FieldAdoption } from '../../server/src/protocol.ts';

const manifest = 'file:///w/order-api/waybill.yaml';
const environments = 'file:///w/waybill.environments.yaml';
const head = 'kind: Service\nmetadata: { name: order-api, product: zero-dsp }\nscale: { replicas: 1 }\n';

/** The file after the edit. */
function adopted(wanted: FieldAdoption, texts: Readonly<Record<string, string>>): string {
  const files = Object.entries(texts).map(([uri, text]) => ({
    uri,
    text,
    kind: uri === manifest ? ('service' as const) : ('environments' as const),
  }));
  const answer = adoptField(createWorkspace({ files, folders: ['file:///w'], today: '2026-11-20' }), wanted);
  if ('problem' in answer) return answer.problem;
  const text = texts[answer.uri] ?? '';
  const index = lineIndex(text);
  return text.slice(0, index.offsetAt(answer.range.start)) + answer.text + text.slice(index.offsetAt(answer.range.end));
}
const service = { service: 'zero-dsp/order-api', environment: 'dev' };

describe('a field that was changed in the target', () => {
  it('is taken into the manifest for its environment alone', () => {
    const replicas = { ...service, path: 'scale.replicas', value: 4 };
    assert.equal(adopted(replicas, { [manifest]: head }), `${head.trimEnd()}\nenvironments: { dev: { scale: { replicas: 4 } } }\n`);
    const there = `${head}environments:\n  dev:\n    scale: { replicas: 2 } # few\n    env: { A.B: "x" }\n`;
    assert.equal(adopted(replicas, { [manifest]: there }), there.replace('replicas: 2', 'replicas: 4'));
    assert.equal(
      adopted({ ...service, path: 'env.A.B', value: 'no: yes, [1]' }, { [manifest]: there }),
      there.replace('"x"', '"no: yes, [1]"'),
    );
  });
  it('is taken as it stands: what looks like a name of ours is none', () => {
    const there = `${head}environments: { dev: { env: { A: x } } }\n`;
    const answer = adopted({ ...service, path: 'env.A', value: 'costs 5$ $' + '{HOME}' }, { [manifest]: there });
    assert.match(answer, /costs 5\$\$ \$\$\{HOME\}/);
  });
  it('is left alone by its environment', () => {
    const text = 'metadata: { product: zero-dsp }\nenvironments:\n  - name: prod\n    kind: compose\n  - name: dev\n    kind: compose\n';
    const ignore = { product: 'zero-dsp', environment: 'dev', ignore: 'spec.replicas' };
    const once = adopted(ignore, { [environments]: text });
    assert.equal(once, `${text.trimEnd()}\n    drift: { ignore: [spec.replicas] }\n`);
    assert.match(adopted({ ...ignore, ignore: 'a[b].c' }, { [environments]: once }), /ignore: \[spec\.replicas, "a\[b\]\.c"\]/);
  });
  it('is not written where something else stands', () => {
    const text = `${head}environments:\n  dev:\n    scale: [1]\n`;
    assert.match(adopted({ ...service, path: 'scale.replicas', value: 4 }, { [manifest]: text }), /cannot be written/);
    assert.match(adopted({ ...service, service: 'zero-dsp/none', path: 'scale.replicas', value: 4 }, { [manifest]: text }), /no service/);
  });
});

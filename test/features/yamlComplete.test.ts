import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { effective } from '../../server/src/core/features/effective.ts';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { createWorkspace, fileKind } from '../../server/src/core/features/workspace.ts';
import { present } from './yamlFixture.ts';

const read = (name: string) => readFileSync(join(import.meta.dirname, 'complete', name), 'utf8');

const files: Readonly<Record<string, string>> = {
  'waybill.standards.yaml': read('waybill.standards.yaml'),
  'waybill.environments.yaml': read('waybill.environments.yaml'),
  'services/order-api/waybill.yaml': read('waybill.yaml'),
  'services/order-api/config/common.properties': 'REGION=east\n',
  'services/order-api/config/log4j2.xml': '<Configuration/>\n',
  'services/order-api/deploy/confd/conf.d/order.toml':
    '[template]\nsrc = "order.conf.tmpl"\ndest = "/etc/nginx/conf.d/order.conf"\nkeys = ["/ORDER_production"]\nreload_cmd = "nginx -s reload"\n',
  'services/user-api/waybill.yaml': 'metadata: { name: user-api, product: zero-dsp }\n',
};

/** Manifest, environments and standards that use every field of the formats. */
describe('files that use every field', () => {
  const list = Object.entries(files).map(([path, text]) => ({ uri: `file:///w/${path}`, kind: fileKind(`file:///w/${path}`), text }));
  const workspace = createWorkspace({ files: list, folders: ['file:///w'], today: '2026-11-24' });

  for (const path of ['waybill.standards.yaml', 'waybill.environments.yaml', 'services/order-api/waybill.yaml']) {
    it(`${path} has no findings`, () => {
      const found = lintManifest(workspace, `file:///w/${path}`);
      assert.deepEqual(
        found.map((finding) => `${finding.range.start.line + 1}: ${finding.message}`),
        [],
      );
    });
  }

  for (const [environment, replicas, network] of [
    ['dev', 1, 'bridge'],
    ['integration', 2, 'host'],
    ['staging', 2, 'bridge'],
    ['production', 6, 'bridge'],
  ] as const) {
    it(`the service in ${environment}`, () => {
      const answer = effective(workspace, 'zero-dsp/order-api', environment);
      assert.deepEqual(answer.problems, []);
      const service = present(answer.service);
      assert.deepEqual(
        [service.replicas, service.network, service.rollout.progressDeadline],
        [replicas, network, environment === 'production' ? 900 : 600],
      );
    });
  }
});

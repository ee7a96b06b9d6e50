/** Ten thousand records in the release files of two hundred services, from the files to the document that is shown. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyText } from '../../../client/src/commands/text/history.ts';
import { readCopies } from '../../../client/src/delivery/history.ts';
import { releaseAlias, releaseId, releaseIdentity } from '../../../client/src/delivery/identity.ts';
import { fileRecords } from '../../../client/src/local/fileRecords.ts';
import { redactor } from '../../../client/src/local/redactor.ts';
import { systemClock } from '../../../client/src/local/systemClock.ts';
import type { ReleaseRecord } from '../../../client/src/ports.ts';
import { createPorts } from '../../../client/src/wiring.ts';
import { type Figure, median, timed } from './figures.ts';

const services = 200;
const releases = 10;
const deployments = 5;

function releaseOf(service: string, number: number): ReleaseRecord {
  const manifest = { metadata: { name: service }, env: Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`KEY_${at}`, 'value'])) };
  const digest = `sha256:${number.toString(16).padStart(64, 'a')}`;
  const identity = releaseIdentity(`measure/${service}`, { repository: `registry.example.com/measure/${service}`, digest }, manifest);
  const id = releaseId(identity);
  const day = String(10 + number).padStart(2, '0');
  return {
    ...{ apiVersion: 'waybill.dev/v1', kind: 'Release', id, alias: releaseAlias(id), identity, manifest, tags: [`main-${number}`] },
    source: { revision: '5d41402abc4b2a76b9719d911017c592ab38b0ff', branch: 'main', dirty: false },
    build: {
      ...{ id: `b-${number}`, builder: 'shared/build-1', engine: 'buildkit', started: `2026-11-${day}T07:00:00.000Z` },
      ...{ duration: '41s', cached: 9, pushed: '12.4MB' },
    },
    deployments: Array.from({ length: deployments }, (_, at) => ({
      ...{ environment: `env-${at}`, at: `2026-11-${day}T08:0${at}:00.000Z`, by: 'jane@example.com' },
      ...{ result: at === 4 ? 'Failed' : 'Succeeded', seconds: 41.5 },
    })),
  };
}

/** What `Show History` does without asking an environment; the files are written as releases and deployments write them. */
export async function measureHistory(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-history-'));
  try {
    const records = fileRecords({ redactor: redactor() });
    for (let service = 0; service < services; service++) {
      const name = `service-${service}`;
      mkdirSync(join(folder, '.waybill/releases', name), { recursive: true });
      for (let number = 0; number < releases; number++) await records.saveRelease(folder, releaseOf(name, number));
    }
    const at = {
      uri: `file://${folder}/waybill.environments.yaml`,
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    };
    const environment = {
      ...{ name: 'env-0', product: 'measure', location: at, folder, keepRecords: 20, problems: [] },
      target: { kind: 'kubernetes' as const, context: 'none', cluster: {}, namespace: 'none', createNamespace: false },
      promote: { from: [], requires: [] },
      protected: { on: false, confirm: 'none' as const, gates: [], forbid: [] },
    };
    const model = { services: [], environments: [environment], pools: [], registries: [], problems: [] };
    const documents = Object.assign(Object.create(null), { model: async () => model });
    const { ports, close } = createPorts({ documents, trusted: () => true });
    const now = systemClock().now();
    const times: number[] = [];
    const work: number[] = [];
    for (let run = 0; run < 7; run++) {
      const before = process.cpuUsage();
      const time = await timed(async () => {
        const found = await readCopies(ports, {}, AbortSignal.timeout(60_000));
        if (found.entries.length !== services * releases * deployments) throw new Error(`${found.entries.length} records were read.`);
        historyText(found, now);
      });
      times.push(time);
      const { user, system } = process.cpuUsage(before);
      work.push((user + system) / 1000);
    }
    close();
    return [
      { name: '10,000 records to the document of the history', value: median(times), unit: 'ms', budget: 200 },
      { name: 'of which processor time', value: median(work), unit: 'ms' },
      { name: '10,000 records, the first time', value: times[0] ?? Number.NaN, unit: 'ms' },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

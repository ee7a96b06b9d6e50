// A platform of kind `paper`: a deployment is a line in memory. It shows that a third platform needs nothing but the port.
const vscode = require('vscode');

async function activate(context) {
  const waybill = await vscode.extensions.getExtension('waybill.waybill').activate();
  context.subscriptions.push(waybill.registerPlatform(paperPlatform()));
}

function paperPlatform() {
  const records = [];
  const listeners = new Set();

  const stateOf = (environment) => ({
    environment: environment.name,
    services: records.slice(0, 1).map((record) => ({
      service: record.service,
      health: 'Healthy',
      ready: 1,
      wanted: 1,
      release: record.release,
      tag: record.tag,
      digest: record.image.digest,
      instances: [
        {
          id: `sheet-${record.sequence}`,
          name: `sheet-${record.sequence}`,
          phase: 'Ready',
          ready: true,
          restarts: 0,
          where: 'desk',
          digest: record.image.digest,
        },
      ],
    })),
  });

  return {
    kind: 'paper',
    identify: async () => ['paper on the desk'],
    plan: async (intent) => ({
      environment: intent.environment.name,
      service: intent.service.name,
      release: intent.release,
      image: intent.image,
      identity: ['paper on the desk'],
      changes: [{ object: `sheet/${intent.service.name}`, change: 'create', diff: `+image: ${intent.image.digest}\n`, restarts: false }],
      warnings: [],
      refusals: [],
      hash: `sha256:${'0'.repeat(64)}`,
      token: intent,
    }),
    async apply(plan, report) {
      const intent = plan.token;
      report({ type: 'phase', phase: 'apply', message: 'writing it down' });
      records.unshift({
        sequence: records.length + 1,
        environment: plan.environment,
        service: plan.service,
        release: plan.release,
        alias: intent.alias,
        image: plan.image,
        tag: intent.tag,
        at: new Date().toISOString(),
        by: intent.by,
        rollback: intent.rollback,
        result: 'Succeeded',
        message: 'written down',
        configHash: plan.hash,
        planHash: plan.hash,
        effective: intent.service,
      });
      for (const listener of listeners) listener();
      return { outcome: 'Succeeded', message: 'written down' };
    },
    async *observe(environment, signal) {
      while (!signal.aborted) {
        yield stateOf(environment);
        await new Promise((resolve) => {
          listeners.add(resolve);
          signal.addEventListener('abort', resolve, { once: true });
        });
      }
    },
    async *logs(_environment, query) {
      yield [{ instance: 'sheet-1', time: new Date().toISOString(), text: `a line about ${query.service}` }];
    },
    history: async () => records,
    close() {},
  };
}

module.exports = { activate };

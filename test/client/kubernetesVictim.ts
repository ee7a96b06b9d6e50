// A process that deploys and, at a given phase, ends itself as `kill -9` does. Its arguments are JSON in the first operand.
import { kubernetesPlatform } from '../../client/src/kubernetes/index.ts';
import { systemClock } from '../../client/src/local/systemClock.ts';
import type { DeployIntent } from '../../client/src/ports.ts';

/** What the process is told. */
export interface VictimOrder {
  readonly kubeconfig: string;
  readonly intent: DeployIntent;
  /** `phase` or `phase message`, at which it dies; none lets it live. */
  readonly dieAt?: string;
}

if (process.argv[2]) {
  const order = JSON.parse(process.argv[2]) as VictimOrder;
  const platform = kubernetesPlatform({ clock: systemClock(), kubeconfigPaths: [order.kubeconfig] });
  const signal = AbortSignal.timeout(90_000);
  try {
    const plan = await platform.plan(order.intent, signal);
    if (order.dieAt === 'plan') process.kill(process.pid, 'SIGKILL');
    const result = await platform.apply(
      plan,
      (event) => {
        if (order.dieAt && event.type === 'phase' && `${event.phase} ${event.message}`.startsWith(order.dieAt))
          process.kill(process.pid, 'SIGKILL');
      },
      signal,
    );
    process.stdout.write(JSON.stringify(result));
  } catch (error) {
    process.stdout.write(JSON.stringify({ outcome: 'thrown', message: error instanceof Error ? error.message : String(error) }));
  }
  platform.close();
}

import { settledText, settleUnfinished } from '../delivery/unfinished.ts';
import type { Ports } from '../ports.ts';
import type { Call } from './command.ts';

/** Closes builds of earlier calls that were killed, and says so once. */
export async function tellUnfinished(call: Call, ports: Ports): Promise<void> {
  const settled = await settleUnfinished(ports, call.signal);
  for (const { note, found } of settled) call.output.event({ type: 'settled', build: note.id, subject: note.subject, found });
  if (settled.length > 0) call.output.note(settledText(settled));
}

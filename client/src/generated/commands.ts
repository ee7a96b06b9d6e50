// Derived from client/src/commands by test/codegen/commands.ts; change it there.
import type { Command } from '../commands/contract/command.ts';
import { applyPlan } from '../commands/applyPlan.ts';
import { closePlan } from '../commands/closePlan.ts';
import { copyDigest } from '../commands/copyDigest.ts';
import { openEffective } from '../commands/openEffective.ts';
import { openManifest } from '../commands/openManifest.ts';
import { refreshViews } from '../commands/refreshViews.ts';
import { retryConnection } from '../commands/retryConnection.ts';
import { showDiagnosis } from '../commands/showDiagnosis.ts';
import { showFailure } from '../commands/showFailure.ts';

export const commands: readonly Command[] = [
  applyPlan,
  closePlan,
  copyDigest,
  openEffective,
  openManifest,
  refreshViews,
  retryConnection,
  showDiagnosis,
  showFailure,
];

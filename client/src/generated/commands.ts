// Derived from client/src/commands by test/codegen/commands.ts; change it there.
import type { Command } from '../commands/contract/command.ts';
import { applyPlan } from '../commands/applyPlan.ts';
import { buildImage } from '../commands/buildImage.ts';
import { closePlan } from '../commands/closePlan.ts';
import { copyDigest } from '../commands/copyDigest.ts';
import { deployRelease } from '../commands/deployRelease.ts';
import { openEffective } from '../commands/openEffective.ts';
import { openManifest } from '../commands/openManifest.ts';
import { refreshViews } from '../commands/refreshViews.ts';
import { releaseService } from '../commands/releaseService.ts';
import { retryConnection } from '../commands/retryConnection.ts';
import { rollBack } from '../commands/rollBack.ts';
import { showDiagnosis } from '../commands/showDiagnosis.ts';
import { showFailure } from '../commands/showFailure.ts';
import { showPlan } from '../commands/showPlan.ts';
import { tailLogs } from '../commands/tailLogs.ts';

export const commands: readonly Command[] = [
  applyPlan,
  buildImage,
  closePlan,
  copyDigest,
  deployRelease,
  openEffective,
  openManifest,
  refreshViews,
  releaseService,
  retryConnection,
  rollBack,
  showDiagnosis,
  showFailure,
  showPlan,
  tailLogs,
];

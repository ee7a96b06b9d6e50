// Derived from client/src/commands by test/codegen/commands.ts; change it there.
/** Every command of the extension; registered at activation, loaded at first use. */
export const commandIds: readonly string[] = [
  'waybill.plan.deploy',
  'waybill.image.build',
  'waybill.plan.close',
  'waybill.digest.copy',
  'waybill.release.deploy',
  'waybill.configuration.openEffective',
  'waybill.manifest.open',
  'waybill.views.refresh',
  'waybill.service.release',
  'waybill.connection.retry',
  'waybill.service.rollBack',
  'waybill.diagnosis.show',
  'waybill.failure.show',
  'waybill.plan.show',
  'waybill.logs.tail',
];

/**
 * What a rollout sees of AWS: plain values, only the members that something here judges by, every state as an
 * open string because AWS adds to its enums. Times are milliseconds since the epoch.
 */
export type * from './views/names.ts'
export type * from './views/service.ts'
export type * from './views/service-deployment.ts'
export type * from './views/task.ts'
export type * from './views/task-definition.ts'

export type * from './port.ts'
export * from './change-record.ts'
export * from './plan-record.ts'
export * from './record.ts'

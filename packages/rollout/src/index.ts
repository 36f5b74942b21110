export type * from './clock.ts'
export type * from './ports.ts'
export type * from './views.ts'
export * from './errors.ts'

export * from './from-input.ts'
export * from './read-trigger-file.ts'

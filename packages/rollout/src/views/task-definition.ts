import type { Open, TaskDefinitionArn } from './names.ts'

/** A task definition as the API gives it, every member kept, known to this code or not. */
export type TaskDefinitionDocument = Readonly<Record<string, unknown>>

export interface TaskDefinitionView {
  readonly arn: TaskDefinitionArn
  readonly family: string
  readonly revision: number
  readonly status: Open<'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS'>
  /** Without the read-only members. */
  readonly document: TaskDefinitionDocument
  readonly tags: Readonly<Record<string, string>>
}

import type { TaskRecord, TaskStatus } from '../model.ts'

const STARTING: readonly TaskStatus[] = ['PROVISIONING', 'PENDING', 'ACTIVATING']

export function countsOf(tasks: readonly TaskRecord[]): { running: number; pending: number } {
  return {
    running: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pending: tasks.filter(({ lastStatus }) => STARTING.includes(lastStatus)).length,
  }
}

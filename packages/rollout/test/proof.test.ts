import { describe, expect, test } from '@jest/globals'
import { CredentialsExpired, Denied } from '../src/errors.ts'
import { proveImages } from '../src/proof.ts'
import type { TaskView } from '../src/views.ts'
import { fakePorts } from './support/fake-ports.ts'
import { makeTask, OURS } from './support/make.ts'

const running = (digest: string | undefined, over: Partial<TaskView> = {}): TaskView => {
  const task = makeTask({ lastStatus: 'RUNNING', desiredStatus: 'RUNNING', ...over })
  return { ...task, containers: task.containers.map((each) => ({ ...each, digest })) }
}
const WANTED = new Map([['app', ['sha256:index', 'sha256:amd64']]])

const prove = (tasks: readonly TaskView[]): ReturnType<typeof proveImages> =>
  proveImages(fakePorts({ tasks: { running: () => Promise.resolve(tasks) } }).tasks, OURS, WANTED)

describe('the images of the running tasks', () => {
  test.each([
    ['the digest asked for', [running('sha256:index')], 'proven'],
    ['the platform of the index asked for', [running('sha256:amd64')], 'proven'],
    ['another digest', [running('sha256:other')], 'wrong'],
    ['one of two is another', [running('sha256:index'), running('sha256:other')], 'wrong'],
    ['ECS does not say', [running(undefined)], 'unknown'],
    ['no task of the deployment', [running('sha256:index', { startedBy: 'ecs-svc/9' })], 'unknown'],
    ['only one that is still starting', [running('x', { lastStatus: 'PENDING' })], 'unknown'],
  ])('%s: %#', async (_what, tasks, expected) => {
    expect((await prove(tasks)).kind).toBe(expected)
  })

  test('a sidecar that nobody asked about is not checked', async () => {
    const task = running('sha256:index')
    const sidecar = { ...task.containers[0], container: 'envoy', digest: 'sha256:e' }
    const containers = [...task.containers, sidecar] as TaskView['containers']
    expect((await prove([{ ...task, containers }])).kind).toBe('proven')
  })

  test('a denial leaves the proof open, lost credentials end the run', async () => {
    const failing = (error: Error): ReturnType<typeof proveImages> =>
      proveImages(
        fakePorts({ tasks: { running: () => Promise.reject(error) } }).tasks,
        OURS,
        WANTED,
      )
    expect(await failing(new Denied('no', 'ecs:ListTasks'))).toMatchObject({ kind: 'unknown' })
    await expect(failing(new CredentialsExpired('over', 'ecs:ListTasks'))).rejects.toThrow('over')
  })
})

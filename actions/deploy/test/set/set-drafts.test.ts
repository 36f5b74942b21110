import { expect, test } from '@jest/globals'
import type { DeployReport, SetReport, TaskDefinitionArn } from '@ecs-pipeline/rollout'
import { makeReport } from '../../../../packages/reporting/test/make-report.ts'
import { SetDrafts } from '../../set/set-drafts.ts'

const NEW = 'arn:aws:ecs:us-east-1:123456789012:task-definition/api:2' as TaskDefinitionArn

const draftOf = (service: string, phase: DeployReport['phase'] = 'preflight'): DeployReport =>
  makeReport({ service, phase, taskDefinition: phase === 'preflight' ? undefined : NEW })

/** A file that takes its time: each write is over when the test says so. */
class SlowFile {
  readonly written: { readonly report: SetReport; readonly isChanging: boolean }[] = []
  private readonly ends: PromiseWithResolvers<undefined>[] = []

  readonly drafts = new SetDrafts({
    cluster: 'production',
    startedAt: 1000,
    now: () => 5000,
    write: async (report, isChanging) => {
      this.written.push({ report, isChanging })
      const end = Promise.withResolvers<undefined>()
      this.ends.push(end)
      await end.promise
    },
  })

  constructor() {
    this.drafts.begin([draftOf('api'), draftOf('worker')])
  }

  /** What the write that was begun last says of the services. */
  get phases(): readonly string[] {
    const services = this.written.at(-1)?.report.services ?? []
    return services.map(({ service, phase }) => `${service} ${phase}`)
  }

  async begun(writes: number): Promise<void> {
    for (let turn = 0; this.written.length < writes && turn < 100; turn++) await Promise.resolve()
    expect(this.written).toHaveLength(writes)
  }

  end(): void {
    this.ends.shift()?.resolve(undefined)
  }

  fail(): void {
    this.ends.shift()?.reject(new Error('no space left'))
  }
}

test('all services are in the report, in their order, with the phase of the one that was told', async () => {
  const file = new SlowFile()
  const update = file.drafts.update(draftOf('worker', 'registered'))
  await file.begun(1)
  file.end()
  await update
  expect(file.phases).toEqual(['api preflight', 'worker registered'])
  const [first] = file.written
  expect(first?.report).toMatchObject({ phase: 'running', startedAt: 1000, finishedAt: 5000 })
})

test('what is told while a report is written is in the next one, all of it in one go', async () => {
  const file = new SlowFile()
  const first = file.drafts.update(draftOf('api', 'registered'))
  await file.begun(1)
  const [second, third] = [
    file.drafts.update(draftOf('api', 'updating')),
    file.drafts.update(draftOf('worker', 'registered')),
  ]
  file.end()
  await first
  await file.begun(2)
  expect(file.phases).toEqual(['api updating', 'worker registered'])
  file.end()
  await Promise.all([second, third])
  expect(file.written).toHaveLength(2)
})

test('one waits for the report that says so, and not only for the one under way', async () => {
  const file = new SlowFile()
  const told: string[] = []
  const tell = async (phase: DeployReport['phase']): Promise<void> => {
    await file.drafts.update(draftOf('api', phase))
    told.push(phase)
  }
  const first = tell('registered')
  await file.begun(1)
  const second = tell('updating')
  file.end()
  await first
  await file.begun(2)
  expect(told).toEqual(['registered'])
  file.end()
  await second
  expect(told).toEqual(['registered', 'updating'])
})

test.each<[DeployReport['phase'], boolean]>([
  ['registered', false],
  ['updating', true],
  ['baking', true],
])('%s: a service is changed is %s', async (phase, isChanging) => {
  const file = new SlowFile()
  const update = file.drafts.update(draftOf('worker', phase))
  await file.begun(1)
  file.end()
  await update
  expect(file.written.at(-1)?.isChanging).toBe(isChanging)
})

test('a service that has ended before anything was registered was not changed', async () => {
  const file = new SlowFile()
  const update = file.drafts.update({ ...draftOf('worker', 'ended'), taskDefinition: undefined })
  await file.begun(1)
  file.end()
  await update
  expect(file.written.at(-1)?.isChanging).toBe(false)
})

test('a report that could not be written is told to those who waited for it, and the next one is written', async () => {
  const file = new SlowFile()
  const first = file.drafts.update(draftOf('api', 'registered'))
  await file.begun(1)
  const second = file.drafts.update(draftOf('worker', 'registered'))
  const both = Promise.allSettled([first, second])
  file.fail()
  await expect(first).rejects.toThrow('no space left')
  await file.begun(2)
  file.end()
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  expect(file.phases).toEqual(['api registered', 'worker registered'])
})

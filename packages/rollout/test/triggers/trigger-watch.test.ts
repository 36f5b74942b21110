import { describe, expect, test } from '@jest/globals'
import { CredentialsExpired, Denied, Unreachable, type PortError } from '../../src/errors.ts'
import { Journal } from '../../src/journal.ts'
import type { Metrics, Series, Targets } from '../../src/ports.ts'
import { measureTriggers } from '../../src/triggers/series-of-triggers.ts'
import type { Trigger } from '../../src/triggers/trigger.ts'
import { TriggerWatch } from '../../src/triggers/trigger-watch.ts'
import { GROUP, makeTrigger } from '../support/make-trigger.ts'

const MINUTE = 60_000
const LAG = 90_000

/** A watch whose clock and metrics the test moves. */
class Bench {
  now = 1000 * MINUTE + LAG
  reads: { series: readonly Series[]; from: number; to: number }[] = []
  /** By series and minute. */
  values: (id: string, minute: number) => number | undefined = () => undefined
  failure: PortError | undefined
  /** Of Prometheus only. */
  queryFailure: PortError | undefined
  partial: string | undefined
  healthyTargets: number | undefined
  readonly journal = new Journal(
    { now: () => this.now, sleep: () => Promise.resolve() },
    { progress: () => undefined, warning: () => undefined },
  )

  watch(...triggers: readonly Trigger[]): TriggerWatch {
    const metrics: Metrics = {
      read: (series, { from, to }) => {
        this.reads.push({ series, from, to })
        const isQuery = series.some(({ query }) => query.kind === 'prometheus')
        const failure = (isQuery ? this.queryFailure : undefined) ?? this.failure
        if (failure) return Promise.reject(failure)
        return Promise.resolve(
          series.map(({ id, period }) => {
            const values = new Map<number, number>()
            for (let at = from; at < to; at += period * 1000) {
              const value = this.values(id, at / MINUTE)
              if (value !== undefined) values.set(at, value)
            }
            return { id, values, error: this.partial }
          }),
        )
      },
    }
    const targets = {
      health: () =>
        Promise.resolve(
          Array.from({ length: this.healthyTargets ?? 0 }, () => ({ state: 'healthy' })),
        ),
    } as unknown as Targets
    return new TriggerWatch({
      triggers: measureTriggers(triggers, [GROUP]).measured,
      lag: LAG,
      metrics,
      targets,
      clock: { now: () => this.now, sleep: () => Promise.resolve() },
      journal: this.journal,
    })
  }
}

const one = makeTrigger({ evaluationPeriods: 1, datapointsToAlarm: 1 })

test('asks only when a period has become readable, and sees it at the first look after that', async () => {
  const bench = new Bench()
  bench.values = (_id, minute) => (minute >= 1001 ? 9 : 1)
  const watch = bench.watch(one)
  const seen: (string | undefined)[] = []
  for (let look = 0; look < 13; look++) {
    seen.push((await watch.observe(0)).readings[0]?.verdict)
    bench.now += 10_000
  }
  // Minute 1001 ends 120 s after the start of minute 1000, and is readable 90 s later.
  expect(seen.lastIndexOf('OK')).toBe(11)
  expect(seen[12]).toBe('BREACHING')
  expect(bench.reads).toHaveLength(3)
})

test('periods that began before the new revision was warm are not read', async () => {
  const bench = new Bench()
  const watch = bench.watch(makeTrigger())
  expect((await watch.observe(1000 * MINUTE)).readings[0]).toMatchObject({
    verdict: 'INSUFFICIENT',
    points: [],
  })
  expect(bench.reads).toHaveLength(0)
  bench.now += MINUTE
  await watch.observe(1000 * MINUTE)
  expect(bench.reads).toMatchObject([{ from: 1000 * MINUTE, to: 1001 * MINUTE }])
})

test('all triggers are read in one call, and every period stays for the report', async () => {
  const bench = new Bench()
  bench.values = (id, minute) => (id === '0' ? minute : 0)
  const watch = bench.watch(one, { ...one, name: 'other' })
  for (let look = 0; look < 3; look++) {
    await watch.observe(0)
    bench.now += MINUTE
  }
  expect(bench.reads.every((read) => read.series.length === 2)).toBe(true)
  expect(watch.readings[0]?.points.map((point) => point.value)).toEqual([999, 1000, 1001])
})

test('a value that changes afterwards is judged as it is now', async () => {
  const bench = new Bench()
  const two = makeTrigger({ evaluationPeriods: 2, datapointsToAlarm: 2 })
  const watch = bench.watch(two)
  bench.values = () => 9
  expect((await watch.observe(0)).readings[0]?.verdict).toBe('BREACHING')
  bench.values = (_id, minute) => (minute === 999 ? 1 : 9)
  bench.now += MINUTE
  expect((await watch.observe(0)).readings[0]?.verdict).toBe('OK')
})

test('a period with too few requests is no evidence', async () => {
  const bench = new Bench()
  const watch = bench.watch({ ...one, minRequests: 20 })
  bench.values = (id) => (id.endsWith('requests') ? 19 : 9)
  expect((await watch.observe(0)).readings[0]?.points[0]?.state).toBe('few-requests')
})

describe('no healthy hosts', () => {
  const hosts = makeTrigger({
    comparison: '<',
    threshold: 1,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    missingData: 'breaching',
    source: {
      kind: 'metric',
      metric: {
        namespace: 'AWS/ApplicationELB',
        name: 'HealthyHostCount',
        statistic: 'Minimum',
        dimensions: undefined,
      },
    },
  })

  test.each([
    [0, 'BREACHING'],
    [2, 'OK'],
  ])('is believed only when the targets say so too: %i healthy now', async (healthy, verdict) => {
    const bench = new Bench()
    bench.values = () => 0
    bench.healthyTargets = healthy
    const reading = (await bench.watch(hosts).observe(0)).readings[0]
    expect(reading?.verdict).toBe(verdict)
    if (healthy > 0) expect(reading?.arithmetic).toContain('2 targets are healthy now')
  })
})

describe('metrics that cannot be read', () => {
  test('a denial is final, said once, and never asked again', async () => {
    const bench = new Bench()
    bench.failure = new Denied('You may not.', 'cloudwatch:GetMetricData')
    const watch = bench.watch(one)
    expect((await watch.observe(0)).blind).toBe('You may not.')
    bench.now += MINUTE
    await watch.observe(0)
    expect(bench.reads).toHaveLength(1)
    expect(bench.journal.caveats).toHaveLength(1)
  })

  test('silence is blindness only after five tries, and may end', async () => {
    const bench = new Bench()
    bench.failure = new Unreachable('Rate exceeded', 'cloudwatch:GetMetricData')
    const watch = bench.watch(one)
    for (let look = 0; look < 4; look++) {
      const seen = await watch.observe(0)
      expect(seen).toMatchObject({ blind: undefined, isBehind: true })
      bench.now += 10_000
    }
    expect((await watch.observe(0)).blind).toBe('Rate exceeded')
    bench.failure = undefined
    bench.values = () => 1
    expect(await watch.observe(0)).toMatchObject({
      blind: undefined,
      isBehind: false,
      readings: [{ verdict: 'OK' }],
    })
  })

  test('credentials that ran out end the watch', async () => {
    const bench = new Bench()
    bench.failure = new CredentialsExpired('expired', 'cloudwatch:GetMetricData')
    await expect(bench.watch(one).observe(0)).rejects.toThrow('expired')
  })

  test('a partial answer makes gaps unreadable, not empty', async () => {
    const bench = new Bench()
    bench.partial = 'CloudWatch answers PartialData'
    const reading = (await bench.watch({ ...one, missingData: 'notBreaching' }).observe(0))
      .readings[0]
    expect(reading).toMatchObject({ verdict: 'INSUFFICIENT', points: [{ state: 'error' }] })
  })
})

describe('metrics of two places', () => {
  const query = makeTrigger({
    name: 'by query',
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    source: { kind: 'prometheus', url: 'https://prometheus', query: 'x' },
  })
  const silence = new Unreachable('No answer.', 'prometheus:query')

  test('a breach is seen while the other place is silent', async () => {
    const bench = new Bench()
    bench.queryFailure = silence
    bench.values = () => 9
    const seen = await bench.watch(query, one).observe(0)
    expect(seen.readings.map(({ verdict }) => verdict)).toEqual(['INSUFFICIENT', 'BREACHING'])
    expect(seen).toMatchObject({ blind: undefined, lost: undefined, isBehind: true })
  })

  test('what is silent for five tries is lost, but the watch is not blind', async () => {
    const bench = new Bench()
    bench.queryFailure = silence
    bench.values = () => 1
    const watch = bench.watch(query, one)
    for (let look = 0; look < 4; look++) await watch.observe(0)
    const lost = { blind: undefined, lost: 'No answer.', isBehind: false }
    expect(await watch.observe(0)).toMatchObject(lost)
    bench.queryFailure = undefined
    expect(await watch.observe(0)).toMatchObject({ lost: undefined, isBehind: false })
  })

  test('a place that is denied is not asked again, the other one is', async () => {
    const bench = new Bench()
    bench.queryFailure = new Denied('You may not.', 'prometheus:query')
    const watch = bench.watch(query, one)
    for (let look = 0; look < 3; look++) {
      expect(await watch.observe(0)).toMatchObject({ lost: 'You may not.', blind: undefined })
      bench.now += MINUTE
    }
    const ids = bench.reads.map(({ series }) => series.map(({ id }) => id).join())
    expect(ids).toEqual(['0', '1', '1', '1'])
  })

  test('before a deployment both have to answer', async () => {
    const bench = new Bench()
    bench.queryFailure = silence
    await expect(bench.watch(query, one).readBefore(900 * MINUTE)).rejects.toBe(silence)
  })
})

test('a gap is read again at the next look, not a period later', async () => {
  const bench = new Bench()
  bench.partial = 'CloudWatch answers InternalError'
  const watch = bench.watch(one)
  expect(await watch.observe(0)).toMatchObject({ isBehind: true })
  bench.partial = undefined
  bench.values = () => 1
  expect(await watch.observe(0)).toMatchObject({ isBehind: false, readings: [{ verdict: 'OK' }] })
})

test('the baseline lies before the moment it is asked for', async () => {
  const bench = new Bench()
  bench.values = (_id, minute) => (minute < 900 ? 9 : 1)
  const baseline = await bench.watch(makeTrigger()).readBefore(900 * MINUTE + 5000)
  expect(baseline[0]).toMatchObject({ verdict: 'BREACHING' })
  expect(bench.reads[0]).toMatchObject({ from: 895 * MINUTE, to: 900 * MINUTE })
})

/** Each status that ECR has, in a table, on a clock that jumps. */
import { describe, expect, test } from '@jest/globals'
import type { Clock } from '@ecs-pipeline/rollout'
import { awaitScan, type ScanEnd, type ScanWait } from '../../src/scan/await-scan.ts'
import type { Finding } from '../../src/scan/finding.ts'
import type { ScanAnswer, Scans } from '../../src/scan/scan-port.ts'

const FINDING: Finding = {
  id: 'CVE-2026-1',
  severity: 'high',
  package: 'openssl',
  version: '3.0.1',
  fixedVersion: undefined,
  title: '',
  url: undefined,
}

const answer = (over: Partial<ScanAnswer> = {}): ScanAnswer => ({
  status: 'COMPLETE',
  description: undefined,
  completedAt: undefined,
  scanner: 'basic',
  findings: [],
  missing: 0,
  ...over,
})

interface Script {
  /** From so many seconds on ECR answers so; the last one that has begun. */
  readonly answers: readonly (readonly [seconds: number, answer: ScanAnswer | undefined])[]
  readonly start?: Awaited<ReturnType<Scans['start']>>
  readonly scanner?: 'basic' | 'enhanced'
}

interface Played {
  readonly end: ScanEnd
  readonly seconds: number
  readonly reads: number
  readonly starts: readonly number[]
  readonly lines: readonly string[]
}

async function play(script: Script, over: Partial<ScanWait> = {}): Promise<Played> {
  let now = 0
  let reads = 0
  const starts: number[] = []
  const lines: string[] = []
  const clock: Clock = {
    now: () => now,
    sleep: (ms) => {
      now += ms
      return Promise.resolve()
    },
  }
  const scans: Scans = {
    read: () => {
      reads++
      return Promise.resolve(script.answers.findLast(([from]) => now >= from * 1000)?.[1])
    },
    start: () => {
      starts.push(now / 1000)
      return Promise.resolve(script.start ?? 'started')
    },
    scanner: () => Promise.resolve(script.scanner),
  }
  const end = await awaitScan(
    { digest: 'sha256:abc', scansOnPush: true, limit: 600_000, ...over },
    { scans, clock, signal: new AbortController().signal, say: (line) => lines.push(line) },
  )
  return { end, seconds: now / 1000, reads, starts, lines }
}

const IN_PROGRESS = answer({ status: 'IN_PROGRESS', scanner: undefined })

describe('a scan that ends', () => {
  test('with findings is believed at once', async () => {
    const { end, seconds, lines } = await play({
      answers: [
        [0, undefined],
        [2, IN_PROGRESS],
        [10, answer({ findings: [FINDING] })],
      ],
    })
    expect(end).toEqual({ kind: 'scanned', findings: [FINDING], scanner: 'basic' })
    expect(seconds).toBeLessThan(20)
    expect(lines.map((line) => line.split(': ')[1])).toEqual([
      'not begun',
      'IN_PROGRESS',
      'COMPLETE',
    ])
  })

  test('complete and empty at first, then with findings', async () => {
    const { end } = await play({
      answers: [
        [0, answer()],
        [8, answer({ findings: [FINDING] })],
      ],
    })
    expect(end).toMatchObject({ kind: 'scanned', findings: [FINDING] })
  })

  test('without findings is believed when that stays so', async () => {
    const { end, seconds } = await play({ answers: [[0, answer()]] })
    expect(end).toMatchObject({ kind: 'scanned', findings: [] })
    expect(seconds).toBeGreaterThanOrEqual(10)
    expect(seconds).toBeLessThan(20)
  })

  test('that was complete long ago is believed at once, found or not: a repeated run is quick', async () => {
    const { seconds } = await play({ answers: [[0, answer({ completedAt: -60_000 })]] })
    expect(seconds).toBe(0)
  })

  test('ACTIVE is the end of enhanced scanning', async () => {
    const active = answer({ status: 'ACTIVE', scanner: 'enhanced', findings: [FINDING] })
    const { end, seconds } = await play({ answers: [[0, active]], scanner: 'enhanced' })
    expect(end).toMatchObject({ kind: 'scanned', scanner: 'enhanced' })
    expect(seconds).toBe(0)
  })

  test('findings of basic scanning are not believed at once where the registry has enhanced scanning', async () => {
    const { end } = await play({
      answers: [
        [0, answer({ findings: [FINDING] })],
        [8, answer({ status: 'ACTIVE', scanner: 'enhanced', findings: [FINDING, FINDING] })],
      ],
      scanner: 'enhanced',
    })
    expect(end).toMatchObject({ scanner: 'enhanced' })
  })

  test('fewer findings than ECR counts are never the end', async () => {
    const { end, lines } = await play({
      answers: [[0, answer({ findings: [FINDING], missing: 2 })]],
    })
    expect(end).toEqual({ kind: 'timed-out', status: 'COMPLETE' })
    expect(lines.join()).toContain('1 listed and 2 more counted')
  })
})

describe('a scan that never ends', () => {
  test.each([
    'FAILED',
    'UNSUPPORTED_IMAGE',
    'FINDINGS_UNAVAILABLE',
    'SCAN_ELIGIBILITY_EXPIRED',
    'LIMIT_EXCEEDED',
    'IMAGE_ARCHIVED',
  ])('%s is told at once', async (status) => {
    const { end, reads } = await play({
      answers: [[0, answer({ status, description: 'because' })]],
    })
    expect(end).toEqual({ kind: 'unscannable', status, why: 'because' })
    expect(reads).toBe(1)
  })

  test.each(['PENDING', 'IN_PROGRESS', 'SOMETHING_NEW'])(
    '%s goes on to the limit',
    async (status) => {
      const { end, seconds } = await play({ answers: [[0, answer({ status })]] })
      expect(end).toEqual({ kind: 'timed-out', status })
      expect(seconds).toBe(600)
    },
  )
})

describe('a scan that does not begin', () => {
  const never = { answers: [[0, undefined]] } as const

  test('is asked for after a minute where ECR scans on push', async () => {
    const { starts } = await play(never)
    expect(starts).toHaveLength(1)
    expect(starts[0]).toBeGreaterThanOrEqual(60)
  })

  test('is asked for at once where ECR does not', async () => {
    expect((await play(never, { scansOnPush: false })).starts).toEqual([0])
  })

  test('is not asked for with enhanced scanning, which cannot be asked', async () => {
    expect((await play({ ...never, scanner: 'enhanced' })).starts).toEqual([])
  })

  test('nobody may ask for it: fine where ECR scans on push, the end where it does not', async () => {
    const denied = { ...never, start: 'denied' } as const
    expect((await play(denied)).end).toEqual({ kind: 'timed-out', status: 'not begun' })
    const { end, seconds } = await play(denied, { scansOnPush: false })
    expect(end).toMatchObject({ kind: 'unscannable', status: 'not begun' })
    expect(end).toHaveProperty('why', expect.stringContaining('ecr:StartImageScan'))
    expect(seconds).toBeGreaterThanOrEqual(60)
  })

  test('nobody may ask for it, and a rule of the registry scans it', async () => {
    const late = answer({ findings: [FINDING] })
    const answers = [
      [0, undefined],
      [40, late],
    ] as const
    const { end } = await play({ answers, start: 'denied' }, { scansOnPush: false })
    expect(end).toMatchObject({ kind: 'scanned' })
  })
})

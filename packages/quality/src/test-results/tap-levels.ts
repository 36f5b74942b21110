/** The levels of subtests of a TAP report: each has a plan, and ends with the test point of its parent. */
import type { BadReport } from '../reports/bad-report.ts'
import { detached } from '../reports/plain-text.ts'
import { unescaped, type TapPoint } from './tap-point.ts'
import type { OnTest } from './test-result.ts'

interface Level {
  /** What `# Subtest:` has called the test that comes next. */
  title: string
  points: number
  planned: number | undefined
  /** Failed tests in it and below. */
  failed: number
}

const DEEPEST = 64

export class TapLevels {
  readonly #onTest: OnTest
  readonly #wrong: (problem: string) => BadReport
  readonly #levels: Level[] = []
  /** The last point, which is told when its block is over; with what stood below it, if anything did. */
  #last: { readonly point: TapPoint; readonly below: Level | undefined } | undefined

  constructor(onTest: OnTest, wrong: (problem: string) => BadReport) {
    this.#onTest = onTest
    this.#wrong = wrong
  }

  /** The point that a block may still belong to. */
  get last(): TapPoint | undefined {
    return this.#last?.point
  }

  /** Names of the tests around one of this depth. */
  suiteAt(depth: number): string {
    const titles = this.#levels.slice(0, depth).map(({ title }) => title)
    return titles.filter((title) => title !== '').join(' > ')
  }

  begin(depth: number, title: string): void {
    this.#tell()
    this.#levelAt(depth).title = detached(unescaped(title))
  }

  plan(depth: number, planned: number): void {
    this.#tell()
    const level = this.#levelAt(depth)
    if (level.planned !== undefined) throw this.#wrong('there is a second plan')
    level.planned = planned
  }

  point(point: TapPoint): void {
    this.#tell()
    const { depth } = point
    const level = this.#levelAt(depth)
    level.points++
    const [below, ...deeper] = this.#levels.splice(depth + 1)
    if (below) this.#checkPlan(below)
    if (deeper.some(isUsed)) throw this.#wrong('there are subtests without the test they belong to')
    if (below) level.failed += below.failed
    this.#last = { point, below: below && below.points > 0 ? below : undefined }
    level.title = ''
  }

  /** Throws when the report is not whole. */
  end(): void {
    this.#tell()
    const [top, ...deeper] = this.#levels
    if (deeper.some(isUsed)) {
      throw this.#wrong('the report is cut off in a test with subtests')
    }
    if (!top) throw this.#wrong('this is no report of TAP: it has neither a plan nor a test')
    this.#checkPlan(top)
  }

  /** A point with subtests is their sum, and no test; unless it failed and none of them has. */
  #tell(): void {
    const last = this.#last
    this.#last = undefined
    if (!last) return
    const { point, below } = last
    if (below && (point.status !== 'failed' || (below.failed > 0 && !point.failedItself))) return
    if (point.status === 'failed') this.#levelAt(point.depth).failed++
    this.#onTest(point.result())
  }

  #levelAt(depth: number): Level {
    if (depth > DEEPEST) throw this.#wrong(`subtests are nested deeper than ${DEEPEST}`)
    while (this.#levels.length <= depth) {
      this.#levels.push({ title: '', points: 0, planned: undefined, failed: 0 })
    }
    const level = this.#levels[depth]
    if (!level) throw new Error(`no level ${depth}`)
    return level
  }

  #checkPlan({ planned, points }: Level): void {
    if (planned === undefined) {
      if (points === 0) return
      throw this.#wrong('the report is cut off: no plan says how many tests there are')
    }
    if (planned !== points) {
      throw this.#wrong(`the plan is 1..${planned}, and ${points} are listed`)
    }
  }
}

const isUsed = ({ points, planned }: Level): boolean => points > 0 || planned !== undefined

/** The shares of users' requests that a release got, one after the other, as a picture that GitHub draws. */
import { BAD, codeBlock, GOOD } from '@ecs-pipeline/action-kit'
import { elapsed, type DeployReport } from '@ecs-pipeline/rollout'

/** A share that was left sooner is one that ECS passes through: it is not shown. Milliseconds. */
const SHORT = 60_000

/** Empty unless traffic moved from one revision to the other. */
export function trafficBlock(report: DeployReport): string {
  const rising = risingPart(report)
  const last = rising.length - 1
  if (last < 1) return ''
  const shown = rising.filter(
    ({ lasted }, index) => index === 0 || index === last || lasted === undefined || lasted >= SHORT,
  )
  const end = `s${shown.length - 1}`
  const isBack = report.outcome === 'rolled-back'
  const lines = [
    'graph LR',
    `  ${shown.map((share, index) => `s${index}["${labelOf(share)}"]`).join(' --> ')}`,
    ...(isBack ? [`  ${end} -- "rolled back" --> back["0 %"]`] : []),
    `  style ${end} ${report.passed && !isBack ? GOOD : BAD}`,
  ]
  return `### Users' requests on the new revision\n\n${codeBlock(lines.join('\n'), 'mermaid')}`
}

interface Share {
  readonly percent: number
  /** Milliseconds; `undefined` when its end was not seen. */
  readonly lasted: number | undefined
}

const labelOf = ({ percent, lasted }: Share): string =>
  percent === 0 || lasted === undefined ? `${percent} %` : `${percent} %<br>for ${elapsed(lasted)}`

/** What follows the first fall is the way back, which has an arrow of its own. */
function risingPart({ shares, passed, finishedAt }: DeployReport): readonly Share[] {
  const fall = shares.findIndex(({ percent }, index) => percent < (shares[index - 1]?.percent ?? 0))
  const rising = fall === -1 ? shares : shares.slice(0, fall)
  return rising.map(({ percent, since }, index) => {
    const until = shares[index + 1]?.since ?? (passed ? finishedAt : undefined)
    return { percent, lasted: until === undefined ? undefined : until - since }
  })
}

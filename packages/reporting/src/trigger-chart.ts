/** The values of one trigger against its threshold, as a picture that GitHub draws. */
import { codeBlock } from '@ecs-pipeline/action-kit'
import type { Trigger, TriggerPoint } from '@ecs-pipeline/rollout'

/** More labels than this run into each other. */
const MOST_LABELS = 15

/** Blue and red of GitHub, which both stand out on white and on black. GitHub's own first colour is hardly seen. */
const LOOK =
  '%%{init: {"xyChart": {"height": 280}, "themeVariables": {"xyChart": {"plotColorPalette": "#218bff, #cf222e"}}}}%%'

/**
 * Values are bars and the threshold is a line, since xychart has no legend; many bars would cover each other, so that
 * many values are a line, too. It has no gaps either: periods without a value are left out. Empty when there are too few values to see anything in them.
 */
export function chartOf(trigger: Trigger, points: readonly TriggerPoint[]): string {
  const known = points.flatMap(({ at, value }) =>
    value === undefined || !Number.isFinite(value) ? [] : [{ at, value }],
  )
  if (known.length < 2) return ''
  const values = known.map(({ value }) => value)
  const { lowest, top } = rangeOf([trigger.threshold, ...values])
  const isMany = known.length > MOST_LABELS
  const legend = isMany
    ? 'values are blue, the threshold is red'
    : 'bars are values, the line is the threshold'
  const lines = [
    LOOK,
    'xychart-beta',
    `  title "${words(trigger.name)}: ${legend}"`,
    `  x-axis ${timesOf(known.map(({ at }) => at))}`,
    `  y-axis "${words(trigger.unit) || 'value'}" ${plain(lowest)} --> ${plain(top)}`,
    `  ${isMany ? 'line' : 'bar'} [${values.map(plain).join(', ')}]`,
    `  line [${values.map(() => plain(trigger.threshold)).join(', ')}]`,
  ]
  return codeBlock(lines.join('\n'), 'mermaid')
}

function rangeOf(values: readonly number[]): { readonly lowest: number; readonly top: number } {
  const highest = Math.max(...values)
  const lowest = Math.min(0, ...values)
  return { lowest, top: highest === lowest ? lowest + 1 : highest + (highest - lowest) * 0.1 }
}

/** A label for each period, or, where they would not fit, the first and the last. */
function timesOf(times: readonly number[]): string {
  const labels = times.map(clockTime)
  const areTold = new Set(labels).size === labels.length && labels.length <= MOST_LABELS
  if (areTold) return `[${labels.map((label) => `"${label}"`).join(', ')}]`
  return `"periods from ${labels[0] ?? ''} to ${labels.at(-1) ?? ''} UTC" 1 --> ${times.length}`
}

/** `10:02`, or `10:02:30` where a period is shorter than a minute. UTC. */
export function clockTime(at: number): string {
  const time = new Date(at).toISOString().slice(11, 19)
  return time.replace(/:00$/, '')
}

/** What cannot end a text of the chart. */
const words = (text: string): string => text.replace(/[^\w .%/-]/g, ' ')

/** Without an exponent, which the chart cannot read. */
const plain = (value: number): string => String(Number(value.toFixed(6)))

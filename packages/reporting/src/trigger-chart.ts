/** The values of one trigger against its threshold, as a picture that GitHub draws. */
import { codeBlock } from '@ecs-pipeline/action-kit'
import type { Trigger, TriggerPoint } from '@ecs-pipeline/rollout'

/** More labels than this run into each other. */
const MOST_LABELS = 15

/** Blue and red of GitHub, which both stand out on white and on black. GitHub's own first colour is hardly seen. */
const LOOK =
  '%%{init: {"xyChart": {"height": 280}, "themeVariables": {"xyChart": {"plotColorPalette": "#218bff, #cf222e"}}}}%%'

interface Known {
  readonly at: number
  readonly value: number
}

/** Empty where no period has a value. xychart has no gaps: periods without one are left out. */
export function chartOf(trigger: Trigger, points: readonly TriggerPoint[]): string {
  const known = points.flatMap(({ at, value }) =>
    value === undefined || !Number.isFinite(value) ? [] : [{ at, value }],
  )
  if (known.length === 0) return ''
  const { lowest, top } = rangeOf([trigger.threshold, ...known.map(({ value }) => value)])
  const { legend, plot } = plotOf(known, trigger.threshold)
  const lines = [
    LOOK,
    'xychart-beta',
    `  title "${words(trigger.name)}: ${legend}"`,
    `  y-axis "${words(trigger.unit) || 'value'}" ${plain(lowest)} --> ${plain(top)}`,
    ...plot.map((line) => `  ${line}`),
  ]
  return codeBlock(lines.join('\n'), 'mermaid')
}

/**
 * Values are bars and the threshold is a line, since xychart has no legend; many bars would cover each other, so that
 * many values are a line, too. A line through one point is not drawn at all (mermaid-js/mermaid#8153), so that the
 * threshold stands beside a single value as another bar.
 */
function plotOf(
  known: readonly Known[],
  threshold: number,
): { readonly legend: string; readonly plot: readonly string[] } {
  const times = known.map(({ at }) => at)
  const values = known.map(({ value }) => plain(value)).join(', ')
  if (known.length === 1) {
    return {
      legend: 'the only value beside the threshold',
      plot: [
        `x-axis ["${times.map(clockTime).join('')}", "threshold"]`,
        `bar [${values}, ${plain(threshold)}]`,
      ],
    }
  }
  const line = `line [${known.map(() => plain(threshold)).join(', ')}]`
  return known.length > MOST_LABELS
    ? {
        legend: 'values are blue, the threshold is red',
        plot: [`x-axis ${timesOf(times)}`, `line [${values}]`, line],
      }
    : {
        legend: 'bars are values, the line is the threshold',
        plot: [`x-axis ${timesOf(times)}`, `bar [${values}]`, line],
      }
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

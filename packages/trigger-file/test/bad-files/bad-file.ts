export interface BadFile {
  /** What is wrong with it. */
  readonly wrong: string
  readonly text: string
  /** All of them: nothing else is found. */
  readonly problems: readonly ExpectedProblem[]
  /** Whether docs/schema/trigger-file.schema.json refuses it too; it cannot compare two values, or read bad YAML. */
  readonly structural: boolean
}

export interface ExpectedProblem {
  readonly line: number
  readonly column: number
  /** A piece of what is said. */
  readonly says: string
}

/** A file that the schema sees to be wrong. A problem is written `LINE:COLUMN what is said`. */
export const seen = (wrong: string, text: string, ...problems: readonly string[]): BadFile => ({
  ...{ wrong, text, structural: true },
  problems: problems.map(expected),
})

/** A file that only the reader sees to be wrong. */
export const read = (wrong: string, text: string, ...problems: readonly string[]): BadFile => ({
  ...seen(wrong, text, ...problems),
  structural: false,
})

function expected(problem: string): ExpectedProblem {
  const [, line, column, says = ''] = /^(\d+):(\d+) (.+)$/.exec(problem) ?? []
  return { line: Number(line), column: Number(column), says }
}

/** One trigger that would be right but for the lines given. */
export const trigger = (...lines: readonly string[]): string => `- ${lines.join('\n  ')}\n`

export const latency = (...lines: readonly string[]): string =>
  trigger('metric: TargetResponseTime', 'threshold: 5', 'duration: 300', ...lines)

export const custom = (...lines: readonly string[]): string =>
  trigger('namespace: App/Finance', 'metric: DbPoolWaiters', 'threshold: 20', ...lines)

export const ratio = (expression: string, ...lines: readonly string[]): string =>
  trigger(
    'name: error-rate',
    `expression: ${expression}`,
    'metrics:',
    '  e: {metric: HTTPCode_Target_5XX_Count}',
    '  r: {metric: RequestCount}',
    'comparison: ">"',
    'threshold: 5',
    'duration: 180',
    ...lines,
  )

export const query = (text: string, ...lines: readonly string[]): string =>
  [
    'prometheus: {url: "https://prometheus.example.com"}',
    'triggers:',
    `  - {name: pool, query: '${text}', comparison: ">", threshold: 1, duration: 60}`,
    ...lines,
  ].join('\n')

export {
  read,
  seen,
  type BadDocument as BadFile,
  type ExpectedProblem,
} from '../../../../test/support/bad-document.ts'

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

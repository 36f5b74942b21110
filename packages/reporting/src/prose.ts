/** What people read of texts that were written for logs: short names, and what can be pasted on lines of its own. */
import { codeBlock, withCode } from '@ecs-pipeline/action-kit'

/** Names in place of ARNs: account and region are the same all over a page. */
export const withoutArns = (text: string): string =>
  text
    .replaceAll(/arn:aws[\w-]*:ecs:[\w-]*:\d*:task-definition\/([\w-]+:\d+)/g, '$1')
    .replaceAll(
      /(?:arn:aws[\w-]*:elasticloadbalancing:[\w-]*:\d*:)?targetgroup\/([\w-]+)\/\w+/g,
      '$1',
    )

const withoutMilliseconds = (text: string): string =>
  text.replaceAll(/(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z/g, '$1 $2 UTC')

/** For a page: short names, short times, and code where there are backticks. */
export const prose = (text: string): string => withCode(withoutMilliseconds(withoutArns(text)))

/** '9 min 20 s' */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  const parts = [
    [Math.floor(seconds / 60), 'min'],
    [seconds % 60, 's'],
  ] as const
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`)
  return said.join(' ') || '0 s'
}

/** The statement of a policy that a denial ends with, and the text without it. */
export function splitPolicy(text: string): { readonly words: string; readonly block: string } {
  const found = /Add to (the [\w' ]+): (\{"Effect".*?\}(?:\}\})?)(?=\s|$)/.exec(text)
  if (!found) return { words: text, block: '' }
  const [whole, where = '', statement = ''] = found
  const words = text.replace(whole, '').replaceAll(/ {2,}/g, ' ').trim()
  return { words, block: `Add to ${where}:\n\n${codeBlock(statement, 'json')}` }
}

/** One step, as an item of a list. A command at its end stands on lines of its own, so that GitHub offers to copy it. */
export function stepItem(step: string): string {
  const [, words, command] = /^(.*): `([^`]+)`$/.exec(step) ?? []
  if (words === undefined || command === undefined) return `- ${step}`
  const lines = codeBlock(folded(command), 'sh').split('\n')
  return [`- ${words}:`, '', ...lines.map((line) => `  ${line}`)].join('\n')
}

/** A command that is wider than a page goes on in a second line. */
function folded(command: string): string {
  const last = command.lastIndexOf(' --')
  if (command.length <= 90 || last < 0) return command
  return `${command.slice(0, last)} \\\n ${command.slice(last)}`
}

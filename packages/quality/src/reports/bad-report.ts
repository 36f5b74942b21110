/** A report that cannot be believed; the message begins with the file, and with the line where there is one. */
export class BadReport extends Error {
  override readonly name = 'BadReport'
}

/** `line` counts from 1; without it the whole file is meant. `problem` is a sentence without its point. */
export const badReport = (name: string, line: number | undefined, problem: string): BadReport =>
  new BadReport(`${name}${line === undefined ? '' : `:${line}`}: ${problem}.`)

/** What is wrong, with the line and the column, both counted from 1. */
export class BadJson extends Error {
  override readonly name = 'BadJson'
  readonly line: number
  readonly column: number
  constructor(problem: string, line: number, column: number) {
    super(problem)
    this.line = line
    this.column = column
  }
}

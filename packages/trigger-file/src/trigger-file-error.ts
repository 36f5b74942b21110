/** What a person has to correct in a trigger file. */
export class TriggerFileError extends Error {
  override readonly name = 'TriggerFileError'
  /** `NAME:LINE:COLUMN: message`, in the order of the file. */
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

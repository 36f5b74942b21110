/** What reading the inputs finds: problems end the run before it begins, caveats are told by it. */
export interface Findings {
  readonly problems: string[]
  readonly caveats: string[]
}

export const noFindings = (): Findings => ({ problems: [], caveats: [] })

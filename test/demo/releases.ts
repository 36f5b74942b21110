/** The four releases of the demo. Each bad one is a mistake that people make: a wrong setting in the image. */
export interface Release {
  readonly version: string
  readonly story: string
  /** Baked into the image. */
  readonly environment: Readonly<Record<string, string>>
  readonly inputs?: Readonly<Record<string, string>>
  readonly expected: {
    readonly outcome: string
    readonly exitCode: number
    /** What `/info` says afterwards. */
    readonly servedVersion: string
    /** Has to stand in the job summary. */
    readonly summarySays: readonly string[]
    /** How many failed requests are allowed; `undefined` where nothing is sent yet. */
    readonly failedRequests: number | undefined
  }
}

export const RELEASES: readonly Release[] = [
  {
    version: '1.0.0',
    story: 'the first release ever',
    environment: {},
    inputs: { 'desired-count': '2' },
    expected: {
      outcome: 'deployed',
      exitCode: 0,
      servedVersion: '1.0.0',
      summarySays: ['no revision to go back to'],
      failedRequests: undefined,
    },
  },
  {
    version: '1.1.0',
    story: 'a good release, while users are served',
    environment: {},
    expected: {
      outcome: 'deployed',
      exitCode: 0,
      servedVersion: '1.1.0',
      summarySays: ['2 of 2 tasks run'],
      failedRequests: 0,
    },
  },
  {
    version: '1.2.0',
    story: 'it crashes at start',
    environment: { LEDGER_CURRENCY: 'EURO' },
    expected: {
      outcome: 'rolled-back',
      exitCode: 1,
      servedVersion: '1.1.0',
      summarySays: ['Failed tasks', 'LEDGER_CURRENCY'],
      failedRequests: 0,
    },
  },
  {
    version: '1.3.0',
    story: 'it starts, but fails its health check',
    environment: { LEDGER_STORE_URL: 'http://127.0.0.1:1/' },
    expected: {
      outcome: 'rolled-back',
      exitCode: 1,
      servedVersion: '1.1.0',
      summarySays: ['health checks', '503'],
      failedRequests: 0,
    },
  },
]

/** A report on disk. */
export interface ReportFile {
  /** As people know it: relative to the root of the repository. */
  readonly name: string
  /** Absolute. */
  readonly path: string
}

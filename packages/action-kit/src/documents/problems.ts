import type { Place } from './document-value.ts'

/** Collects everything that is wrong with one document, so that a person mends it once and not ten times. */
export class Problems {
  /** What the document is called in front of each problem. */
  readonly name: string
  readonly #found: { readonly place: Place; readonly message: string }[] = []

  constructor(name: string) {
    this.name = name
  }

  add(place: Place, message: string): void {
    // A line end out of a document would let what follows it look like a line of ours.
    this.#found.push({ place, message: message.replace(/\p{Cc}+/gu, ' ') })
  }

  get none(): boolean {
    return this.#found.length === 0
  }

  /** `NAME:LINE:COLUMN: message`, in the order of the document. What is found twice (by an alias) is said once. */
  get lines(): readonly string[] {
    const sorted = this.#found.toSorted(
      (a, b) => a.place.line - b.place.line || a.place.column - b.place.column,
    )
    return [
      ...new Set(
        sorted.map(
          ({ place, message }) => `${this.name}:${place.line}:${place.column}: ${message}`,
        ),
      ),
    ]
  }
}

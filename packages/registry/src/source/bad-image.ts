/** What the user gave is not an image that can be pushed. Nothing was changed. */
export class BadImage extends Error {
  override readonly name = 'BadImage'
  /** What to do about it, one step each. */
  readonly next: readonly string[]

  constructor(message: string, ...next: readonly string[]) {
    super(message)
    this.next = next
  }
}

/** Its content is not what its name says. */
export const damaged = (digest: string, where: string): BadImage =>
  new BadImage(
    `The content of ${digest} in ${where} has another digest: it was damaged, or changed while it was read.`,
    'Write the image again.',
  )

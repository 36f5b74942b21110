/** The name of AWS's own error behind a `PortError`, such as `ImageAlreadyExistsException`; empty when there is none. */
export function errorName(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('$metadata' in at) return at.name
  }
  return ''
}

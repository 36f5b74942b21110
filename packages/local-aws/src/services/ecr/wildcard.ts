/** ECR's wildcard: `*` stands for any characters, also none, everything else for itself. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const literal = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  return new RegExp(`^${literal.join('.*')}$`).test(text)
}

/** Which check may run when: `needs` names those that have to pass before. */

export interface OrderedCheck {
  readonly id: string
  readonly needs: readonly string[]
}

export interface NeedsProblem {
  /** The id of the check whose `needs` it stands in. */
  readonly check: string
  /** A sentence. */
  readonly problem: string
}

/** What is wrong with all `needs` together; empty when they can be followed. */
export function problemsOfNeeds(checks: readonly OrderedCheck[]): readonly NeedsProblem[] {
  const ids = new Set(checks.map(({ id }) => id))
  const own = checks
    .filter(({ id, needs }) => needs.includes(id))
    .map(({ id }) => ({ check: id, problem: `the check ${id} needs itself.` }))
  const unknown = checks.flatMap(({ id, needs }) =>
    needs
      .filter((need) => !ids.has(need))
      .map((need) => ({
        check: id,
        problem: `the check ${id} needs ${need}, and there is no such check. There are ${[...ids].join(', ')}.`,
      })),
  )
  const cycle = findCycle(checks)
  const [first] = cycle ?? []
  if (cycle === undefined || first === undefined) return [...own, ...unknown]
  const problem = `the checks need each other in a circle, none can be the first: ${cycle.join(' needs ')}. Take one of these \`needs\` out.`
  return [...own, ...unknown, { check: first, problem }]
}

/** The ids along a cycle of two or more, the first one again at its end. */
function findCycle(checks: readonly OrderedCheck[]): readonly string[] | undefined {
  const needsOf = new Map(checks.map(({ id, needs }) => [id, needs.filter((need) => need !== id)]))
  // Whoever needs nothing that is left is no part of a cycle.
  for (let before = -1; before !== needsOf.size;) {
    before = needsOf.size
    for (const [id, needs] of needsOf)
      if (!needs.some((need) => needsOf.has(need))) needsOf.delete(id)
  }
  const path: string[] = []
  let at = needsOf.keys().next().value
  while (at !== undefined && !path.includes(at)) {
    path.push(at)
    at = needsOf.get(at)?.find((need) => needsOf.has(need))
  }
  return at === undefined ? undefined : [...path.slice(path.indexOf(at)), at]
}

/** What has become of a check: it may run, it waits for others, or these needs of it will not pass any more. */
export type Turn =
  | { readonly kind: 'ready' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'in-vain'; readonly because: readonly string[] }

/** `passed`: by id, of those that have ended; the others have no member. */
export function turnOf({ needs }: OrderedCheck, passed: ReadonlyMap<string, boolean>): Turn {
  const because = needs.filter((need) => passed.get(need) === false)
  if (because.length > 0) return { kind: 'in-vain', because: [...new Set(because)] }
  return { kind: needs.every((need) => passed.get(need)) ? 'ready' : 'waiting' }
}

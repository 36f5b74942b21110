/** Asks for `items`, each once, `size` at a time and one batch after the other, and gives all answers in one list. */
export async function inBatches<Item, Answer>(
  items: readonly Item[],
  size: number,
  ask: (batch: Item[]) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
  const distinct = [...new Set(items)]
  const answers: Answer[] = []
  for (let start = 0; start < distinct.length; start += size) {
    answers.push(...(await ask(distinct.slice(start, start + size))))
  }
  return answers
}

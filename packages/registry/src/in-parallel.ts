/** Runs `work` for all of them, `limit` at a time. Rejects with the first failure, when all that ran has ended. */
export async function inParallel<Item>(
  limit: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values()
  let failure: { readonly error: unknown } | undefined
  const line = async (): Promise<void> => {
    for (const item of waiting) {
      if (failure) return
      await work(item).catch((error: unknown) => {
        failure ??= { error }
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, line))
  if (failure) throw failure.error
}

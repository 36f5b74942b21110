/** The first of many, by an order, without holding all of them. Of equals the one that came first stays. */
export class Worst<Item> {
  readonly #most: number
  readonly #compare: (a: Item, b: Item) => number
  #items: Item[] = []

  /** `compare` answers below zero when the first is to be kept rather than the second. */
  constructor(most: number, compare: (a: Item, b: Item) => number) {
    this.#most = most
    this.#compare = compare
  }

  add(item: Item): void {
    this.#items.push(item)
    // Sorted once for as many again as are kept, which costs little for each of them.
    if (this.#items.length >= this.#most * 2) this.#items = [...this.kept()]
  }

  kept(): readonly Item[] {
    // Sorting is stable (ECMA-262), so that equals stay in the order in which they came.
    return this.#items.toSorted(this.#compare).slice(0, this.#most)
  }
}

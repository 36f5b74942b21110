/** What was counted. A percentage is made of it when it is shown, and never kept. */

export type Measure =
  | { readonly kind: 'ratio'; readonly covered: number; readonly total: number }
  | { readonly kind: 'number'; readonly value: number }

export const ratio = ({ covered, total }: { covered: number; total: number }): Measure => ({
  kind: 'ratio',
  covered,
  total,
})

export const number = (value: number): Measure => ({ kind: 'number', value })

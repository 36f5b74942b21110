/** The grammar of metric math, as far as triggers and alarms use it: text to tree. */

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'series'; readonly id: string }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'negate'; readonly of: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
    }

export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
}

interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'sign'
  readonly text: string
  readonly at: number
}

const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z][A-Za-z0-9_]*)|(?<text>"[^"]*")|(?<sign>&&|\|\||[<>=!]=|[-+*/^(),<>[\]]))/y

function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < source.trimEnd().length) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(source)
    if (!match?.groups) throw new ExpressionError(`unexpected character at position ${at + 1}`)
    const [kind, text] = Object.entries(match.groups).find(([, value]) => value !== undefined) ?? []
    at = TOKEN.lastIndex
    tokens.push({ kind: kind as Token['kind'], text: text ?? '', at: at - (text ?? '').length })
  }
  return tokens
}

/** Weakest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['||', 'OR'],
  ['&&', 'AND'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
]

/** Throws {@link ExpressionError}. */
export function parseExpression(source: string): Expression {
  const tokens = tokenize(source)
  let next = 0
  const peek = (): string | undefined => tokens[next]?.text
  const fail = (expected: string): never => {
    const token = tokens[next]
    const found = token ? `'${token.text}' at position ${token.at + 1}` : 'the end'
    throw new ExpressionError(`expected ${expected}, found ${found}`)
  }
  const take = (text: string): void => {
    if (peek() !== text) fail(`'${text}'`)
    next++
  }
  const binary = (level: number): Expression => {
    const operators = LEVELS[level]
    if (!operators) return power()
    let left = binary(level + 1)
    for (let sign = peek(); sign !== undefined && operators.includes(sign); sign = peek()) {
      next++
      left = { kind: 'binary', operator: sign, left, right: binary(level + 1) }
    }
    return left
  }
  const power = (): Expression => {
    if (peek() === '-') {
      next++
      return { kind: 'negate', of: power() }
    }
    const left = primary()
    if (peek() !== '^') return left
    next++
    return { kind: 'binary', operator: '^', left, right: power() }
  }
  const listUntil = (close: string): Expression[] => {
    const items: Expression[] = []
    while (peek() !== close) {
      items.push(binary(0))
      if (peek() !== close) take(',')
    }
    next++
    return items
  }
  const primary = (): Expression => {
    const token = tokens[next++]
    if (token?.kind === 'number') return { kind: 'number', value: Number(token.text) }
    if (token?.kind === 'text') return { kind: 'word', word: token.text.slice(1, -1) }
    if (token?.kind === 'name') return named(token)
    if (token?.text === '(') {
      const inner = binary(0)
      take(')')
      return inner
    }
    if (token?.text === '[') return { kind: 'list', items: listUntil(']') }
    next--
    return fail('a value')
  }
  const named = ({ text }: Token): Expression => {
    if (peek() === '(') {
      next++
      return { kind: 'call', name: text.toUpperCase(), args: listUntil(')') }
    }
    // Ids of metrics begin with a lower case letter (API_MetricDataQuery), the rest are words of functions.
    return /^[a-z]/.test(text) ? { kind: 'series', id: text } : { kind: 'word', word: text }
  }
  const tree = binary(0)
  if (next < tokens.length) fail('the end')
  return tree
}

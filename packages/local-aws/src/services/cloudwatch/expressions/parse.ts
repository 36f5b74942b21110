/** The grammar of metric math, as far as triggers and alarms use it: text to tree. */

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  /** A metric or another expression. */
  | { readonly kind: 'id'; readonly id: string }
  /** `REPEAT`, `LINEAR`, … */
  | { readonly kind: 'word'; readonly word: string }
  /** `"4xx"` */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'negate'; readonly of: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
    }

/** The expression is not one, or does not fit what it is about. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
}

interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'sign'
  readonly text: string
  readonly at: number
}

const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z][A-Za-z0-9_]*)|"(?<text>[^"]*)"|(?<sign>&&|\|\||[<>=!]=|[-+*/^(),<>[\]]))/y

/** API_MetricDataQuery, Expression. */
const MOST_CHARACTERS = 2048
/** Of parentheses, calls and signs in each other. */
const MOST_LEVELS = 100

/** Weakest first. Which binds stronger is not documented; this is the usual order (unproven). */
const PRECEDENCE: readonly (readonly string[])[] = [
  ['||', 'OR'],
  ['&&', 'AND'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
]

/** Throws {@link ExpressionError}. */
export const parseExpression = (source: string): Expression => new Parser(tokenize(source)).parse()

/** Every id that an expression names, and whether it asks for all metrics. Throws {@link ExpressionError}. */
export function referencesOf(expression: Expression): {
  readonly ids: readonly string[]
  readonly usesMetrics: boolean
} {
  const ids: string[] = []
  let usesMetrics = false
  const visit = (each: Expression): void => {
    if (each.kind === 'id') ids.push(each.id)
    if (each.kind === 'call') usesMetrics ||= each.name === 'METRICS'
    childrenOf(each).forEach(visit)
  }
  visit(expression)
  return { ids, usesMetrics }
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'call':
      return expression.args
    case 'list':
      return expression.items
    case 'negate':
      return [expression.of]
    case 'binary':
      return [expression.left, expression.right]
    default:
      return []
  }
}

function tokenize(source: string): readonly Token[] {
  if (source.length > MOST_CHARACTERS) {
    throw new ExpressionError(`The expression is longer than ${MOST_CHARACTERS} characters`)
  }
  const tokens: Token[] = []
  const end = source.trimEnd().length
  for (let at = 0; at < end; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(source)
    if (!match?.groups) throw new ExpressionError(`Syntax error at position ${at + 1}`)
    const [kind, text] = Object.entries(match.groups).find(([, value]) => value !== undefined) ?? []
    const start = TOKEN.lastIndex - match[0].trimStart().length
    tokens.push({ kind: kind as Token['kind'], text: text ?? '', at: start })
  }
  return tokens
}

class Parser {
  private readonly tokens: readonly Token[]
  private next = 0
  private level = 0

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  parse(): Expression {
    const tree = this.binary(0)
    if (this.next < this.tokens.length) this.fail('the end')
    return tree
  }

  private binary(precedence: number): Expression {
    const operators = PRECEDENCE[precedence]
    if (!operators) return this.power()
    let left = this.binary(precedence + 1)
    for (
      let operator = this.operatorOf(operators);
      operator;
      operator = this.operatorOf(operators)
    ) {
      left = { kind: 'binary', operator, left, right: this.binary(precedence + 1) }
    }
    return left
  }

  /** Takes the next token if it is one of them. */
  private operatorOf(operators: readonly string[]): string | undefined {
    const token = this.tokens[this.next]
    if (!token || token.kind === 'text' || !operators.includes(token.text)) return undefined
    this.next++
    return token.text
  }

  private power(): Expression {
    this.enter()
    const result = this.operatorOf(['-'])
      ? ({ kind: 'negate', of: this.power() } as const)
      : this.raised(this.primary())
    this.level--
    return result
  }

  private raised(left: Expression): Expression {
    if (!this.operatorOf(['^'])) return left
    return { kind: 'binary', operator: '^', left, right: this.power() }
  }

  private primary(): Expression {
    const token = this.tokens[this.next++]
    if (token?.kind === 'number') return { kind: 'number', value: Number(token.text) }
    if (token?.kind === 'text') return { kind: 'text', text: token.text }
    if (token?.kind === 'name') return this.named(token.text)
    if (token?.text === '(') {
      const inner = this.binary(0)
      if (!this.operatorOf([')'])) this.fail(`')'`)
      return inner
    }
    if (token?.text === '[') return { kind: 'list', items: this.itemsUntil(']') }
    this.next--
    return this.fail('a value')
  }

  /** Ids begin with a lower case letter, functions and words are all upper case. */
  private named(name: string): Expression {
    if (this.operatorOf(['('])) return { kind: 'call', name, args: this.itemsUntil(')') }
    return /^[a-z]/.test(name) ? { kind: 'id', id: name } : { kind: 'word', word: name }
  }

  private itemsUntil(close: string): readonly Expression[] {
    if (this.operatorOf([close])) return []
    const items = [this.binary(0)]
    while (this.operatorOf([','])) items.push(this.binary(0))
    if (!this.operatorOf([close])) this.fail(`'${close}'`)
    return items
  }

  private enter(): void {
    if (++this.level > MOST_LEVELS) throw new ExpressionError('The expression is nested too deeply')
  }

  private fail(expected: string): never {
    const token = this.tokens[this.next]
    const found = token ? `'${token.text}' at position ${token.at + 1}` : 'the end'
    throw new ExpressionError(`Syntax error: expected ${expected}, found ${found}`)
  }
}

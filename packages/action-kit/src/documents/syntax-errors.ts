import type { ErrorCode } from 'yaml'

/** What the parser found, and what to do about it; the parser's own words stay where they are clear. */
export function explainSyntaxError(code: ErrorCode, message: string): string {
  const words = message.replace(/\.$/, '').replace(/closing (["'])quote/, 'closing quote $1')
  const advice = adviceFor(code, message)
  return advice === undefined ? `not valid YAML: ${words}.` : `not valid YAML: ${words}. ${advice}`
}

function adviceFor(code: ErrorCode, message: string): string | undefined {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'Indent with spaces.'
    case 'BAD_SCALAR_START':
      return 'Put the value in quotes.'
    case 'MISSING_CHAR':
      return /map values/.test(message) ? 'Write `key: value`.' : undefined
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return 'Is a line indented too far, or is a colon, a comma or a pair of quotes missing?'
    case 'BLOCK_IN_FLOW':
      return 'Is a comma missing?'
    case 'UNEXPECTED_TOKEN':
      // `>` begins a folded block of text in YAML, so `comparison: >=` is no comparison.
      if (/Block scalar header|Not a YAML token/.test(message)) {
        return 'A value that begins with > or | has to be in quotes.'
      }
      return 'Is this line indented by another number of spaces than its neighbours, or with a tab?'
    case 'NON_STRING_KEY':
      return 'A key has to be a plain text.'
    default:
      return undefined
  }
}

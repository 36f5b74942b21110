import { invalidParameter } from './store.ts'

/** Whether a message matches. */
export type Matches = (message: string) => boolean

/**
 * The unstructured patterns of CloudWatch Logs: all of `term "two words"`, none of `-term`, and at least one of
 * `?term ?other` (which is looked at only when there are no other terms, as the guide says). Case counts. Patterns
 * for JSON, columns and regular expressions are refused with InvalidParameterException: the endpoint lacks them.
 */
export function compilePattern(pattern: string | undefined): Matches {
  const text = pattern?.trim() ?? ''
  if (text === '') return () => true
  if (/^[{[%]/.test(text)) {
    throw invalidParameter(`This endpoint knows only filter patterns of terms, not ${text}`)
  }
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(
    ([, sign = '', quoted, plain]) => ({
      sign,
      term: quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '',
    }),
  )
  const of = (sign: string): string[] =>
    terms.filter((each) => each.sign === sign).map(({ term }) => term)
  const [all, none, any] = [of(''), of('-'), of('?')]
  return (message) =>
    all.every((term) => message.includes(term)) &&
    !none.some((term) => message.includes(term)) &&
    (any.length === 0 || all.length > 0 || any.some((term) => message.includes(term)))
}

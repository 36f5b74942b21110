/** Values of the API in a document: checked by what the API says of them, and told about without what is in them. */
import { likelyWord, type DocumentValue, type Problems } from '@ecs-pipeline/action-kit'

export type Member =
  | { readonly kind: 'text'; readonly mayBeEmpty?: boolean }
  | { readonly kind: 'truth' }
  | { readonly kind: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'list'; readonly of: Member }
  | {
      readonly kind: 'map'
      /** For messages: 'a tag'. */
      readonly what: string
      readonly members: Readonly<Record<string, Member>>
      readonly needed: readonly string[]
    }

/** Reads a value as plain JSON. What is wrong is in the problems, and the answer is then of no use. */
type ReadMember = (value: DocumentValue, what: string, member: Member) => unknown

export function memberReader(problems: Problems): ReadMember {
  const wrong = (value: DocumentValue, what: string, has: string): unknown => {
    const hint = has === 'a text' && isBare(value) ? ' Put it in quotes.' : ''
    problems.add(value.place, `${what} has to be ${has}, not ${KIND_WORD[value.kind]}.${hint}`)
    return undefined
  }

  const readMap = (
    value: Extract<DocumentValue, { kind: 'map' }>,
    { what, members, needed }: Extract<Member, { kind: 'map' }>,
  ): unknown => {
    const names = Object.keys(members)
    // To AWS JSON a null is a member that was not given.
    const given = value.entries.filter((entry) => entry.value.kind !== 'nothing')
    for (const name of needed) {
      if (given.some(({ key }) => key === name)) continue
      problems.add(value.place, `${what} needs \`${name}\`.`)
    }
    return Object.fromEntries(
      given.flatMap(({ key, keyPlace, value: own }) => {
        const member = names.includes(key) ? members[key] : undefined
        if (member) return [[key, read(own, `\`${key}\` of ${what}`, member)]]
        const near = likelyWord(key, names)
        const hint =
          near === undefined ? `It may have ${names.join(', ')}.` : `Did you mean \`${near}\`?`
        problems.add(keyPlace, `${what} has no \`${key}\`. ${hint}`)
        return []
      }),
    )
  }

  const read: ReadMember = (value, what, member) => {
    switch (member.kind) {
      case 'text': {
        if (value.kind !== 'text') return wrong(value, what, 'a text')
        if (value.text === '' && member.mayBeEmpty !== true) {
          problems.add(value.place, `${what} may not be empty.`)
        }
        return value.text
      }
      case 'truth':
        return value.kind === 'truth' ? value.value : wrong(value, what, 'true or false')
      case 'integer': {
        const { minimum, maximum } = member
        const number = value.kind === 'number' ? value.value : NaN
        if (Number.isInteger(number) && number >= minimum && number <= maximum) return number
        const most = maximum === Number.MAX_SAFE_INTEGER ? ' or more' : ` to ${maximum}`
        problems.add(value.place, `${what} has to be a whole number, ${minimum}${most}.`)
        return undefined
      }
      case 'list':
        return value.kind === 'list'
          ? value.items.map((item) => read(item, `an item of ${what}`, member.of))
          : wrong(value, what, 'a list')
      case 'map':
        return value.kind === 'map'
          ? readMap(value, member)
          : wrong(value, what === 'an item of the list' ? what : member.what, 'a map')
    }
  }
  return read
}

const isBare = ({ kind }: DocumentValue): boolean => kind === 'number' || kind === 'truth'

const KIND_WORD: Readonly<Record<DocumentValue['kind'], string>> = {
  text: 'a text',
  number: 'a number',
  truth: 'true or false',
  nothing: 'nothing',
  list: 'a list',
  map: 'a map',
}

import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cut, oneLine, webAddress } from '../src/foreign-text.ts'

test.each([
  ['one\r\ntwo\u2029three', 'one two three'],
  [' \u001b[31mred\u0007 ', '[31mred'],
  ['\u202egnp.exe', 'gnp.exe'],
  ['half \ud83d', 'half \ufffd'],
])('%j is the line %j', (given, line) => {
  expect(oneLine(given)).toBe(line)
})

test('a text is cut at its limit, and between two characters', () => {
  expect(cut('short', 5)).toBe('short')
  expect(cut('too long', 5)).toBe('too …')
  expect(cut('abc🔥xyz', 5)).toBe('abc…')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 20 }), (text, most) => {
      const kept = cut(text, most)
      return kept.length <= most && kept.isWellFormed() === text.isWellFormed()
    }),
  )
})

test.each([
  ['https://a.example/x', 'https://a.example/x'],
  ['http://a.example', 'http://a.example/'],
  ['data:text/html,x', undefined],
  ['https://me:word@a.example', undefined],
  ['nothing', undefined],
  [undefined, undefined],
])('%s as a link is %s', (given, link) => {
  expect(webAddress(given)).toBe(link)
})

import { describe, expect, test } from '@jest/globals'
import { marked } from 'marked'
import { bulletList, code, codeBlock, commentText, details, table, text } from '../src/markdown.ts'
import { fitBlocks } from '../src/summary.ts'

/** What containers and images may contain, and what must not come out of it. */
const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[click](https://evil.example)',
  '![x](https://evil.example/pixel.png)',
  'https://evil.example/path',
  'www.evil.example',
  '**bold** `code` ~~gone~~',
  'a | b | c',
  '</details></summary>',
  '&lt;b&gt;',
  '# heading',
]

describe('text of other people stays text', () => {
  test.each(HOSTILE)('%s', async (hostile) => {
    for (const rendered of [
      await marked.parse(text(hostile)),
      await marked.parse(table(['h'], [[hostile]])),
      await marked.parse(bulletList([hostile])),
    ]) {
      expect(rendered).not.toMatch(/<(script|img|a|strong|del|h1|details|em)\b/)
    }
  })

  test('a table keeps its columns whatever is in the cells', async () => {
    const html = await marked.parse(table(['a', 'b'], [['x | y', 'line\nbreak']]))
    expect(html.match(/<td>/g)).toHaveLength(2)
  })
})

describe('text of a comment notifies nobody and refers to nothing', () => {
  // GitHub looks for them in the text that was rendered, where an entity is the sign that it stands for.
  const rendered = async (value: string): Promise<string> =>
    (await marked.parse(commentText(value))).replaceAll(/&#(\d+);/g, (_all, digits: string) =>
      String.fromCodePoint(Number(digits)),
    )

  test.each(['@octocat', 'mail@octocat.example', '#12', 'octo-org/ledger#12', 'GH-12', 'x gh-1'])(
    '%s',
    async (value) => {
      const shown = await rendered(value)
      expect(shown).toContain('\u200b')
      expect(shown).not.toMatch(/@\w|#\d|gh-\d|<a\b/i)
      expect(shown.replaceAll('\u200b', '')).toContain(value)
    },
  )

  test.each(HOSTILE)('%s stays text, too', async (hostile) => {
    expect(await marked.parse(commentText(hostile))).not.toMatch(/<(script|img|a|strong|h1)\b/)
  })
})

test.each(['plain', 'with `ticks`', '``double``', '`'])('code keeps %s whole', async (value) => {
  const html = await marked.parse(code(value))
  expect(html).toContain(`<code>${value}</code>`)
})

test('a code block is not ended by its content', async () => {
  const hostile = 'line\n```\n<b>out</b>\n````\nend'
  const html = await marked.parse(codeBlock(hostile))
  expect(html).not.toContain('<b>')
  expect(html.match(/<pre>/g)).toHaveLength(1)
})

test('details hide their body behind a plain title', async () => {
  const html = await marked.parse(details('Logs of <app>', 'body'))
  expect(html).not.toContain('<app>')
  expect(html).toContain('<details>')
})

describe('a summary that is too long', () => {
  test('loses whole blocks from its end, and says so', () => {
    const fitted = fitBlocks(['one', 'x'.repeat(500), 'three'], 200)
    expect(fitted).toContain('one')
    expect(fitted).not.toContain('xx')
    expect(fitted).toContain('left out')
    expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(200)
  })

  test('one that fits is whole', () => {
    expect(fitBlocks(['one', 'two'], 1000)).toBe('one\n\ntwo\n\n')
  })
})

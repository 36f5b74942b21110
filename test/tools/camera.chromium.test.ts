/** The camera of `npm run screenshots` with the real browser: what it draws, and what it refuses to take for drawn. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser } from 'puppeteer-core'
import { CHROMIUM, openBrowser, photograph } from '../../tools/screenshots/camera.ts'
import { renderPage } from '../../tools/screenshots/page.ts'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser(CHROMIUM)
})
afterAll(() => browser.close())

const fence = (diagram: string): string => `\`\`\`mermaid\n${diagram}\n\`\`\`\n`

const GOOD = fence('graph LR\n  old["ledger:1"] --> new["ledger:2"]')

const shoot = async (markdown: string): Promise<{ width: number; height: number }> => {
  const picture = Buffer.from(await photograph(browser, await renderPage(markdown, 'a summary')))
  expect(picture.toString('latin1', 1, 4)).toBe('PNG')
  return { width: picture.readUInt32BE(16), height: picture.readUInt32BE(20) }
}

test('a picture is as high as its page', async () => {
  const [low, high] = [await shoot('one line'), await shoot('one line\n\n'.repeat(50))]
  expect(low).toMatchObject({ width: 900 })
  expect(low.height).toBeLessThan(200)
  expect(high.height).toBeGreaterThan(1500)
})

test('a diagram takes the place of its text', async () => {
  const { height } = await shoot(GOOD)
  const { height: asText } = await shoot(GOOD.replace('mermaid', 'text'))
  expect(height).not.toBe(asText)
})

describe('a diagram that cannot be drawn is an error that quotes it', () => {
  test.each([
    ['an open bracket', 'graph LR\n  old["ledger:1 --> new'],
    [
      'a number that the chart does not know',
      'xychart-beta\n  x-axis ["1", "2"]\n  line [1e21, 2]',
    ],
    ['no kind of diagram', 'grapf LR\n  a --> b'],
  ])('%s', async (_what, diagram) => {
    await expect(shoot(GOOD + fence(diagram))).rejects.toThrow(diagram)
  })
})

test('so is whatever the browser complains of', async () => {
  const page = await renderPage('fine', 'a summary')
  const broken = page.replace('</body>', '<script>console.error("no such style")</script></body>')
  await expect(photograph(browser, broken)).rejects.toThrow('no such style')
  const throwing = page.replace('</body>', '<script>throw new Error("undone")</script></body>')
  await expect(photograph(browser, throwing)).rejects.toThrow('undone')
  const remote = page.replace('</body>', '<img src="http://example.com/x.png"></body>')
  await expect(photograph(browser, remote)).rejects.toThrow('ERR_NAME_NOT_RESOLVED')
})

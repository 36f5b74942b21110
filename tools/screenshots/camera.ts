/** A browser without a window that takes pictures of pages. */
import { existsSync } from 'node:fs'
import { launch, type Browser } from 'puppeteer-core'
import { DRAW_DIAGRAMS, MERMAID } from './page.ts'

const WIDTH = 900
/** Pixels of a picture for one of the page. */
const SCALE = 1

/** Where Debian has it. */
export const CHROMIUM = '/usr/bin/chromium'

export async function openBrowser(executablePath: string): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no chromium at ${executablePath}. On Debian: apt-get install chromium fonts-liberation fonts-noto-color-emoji. Elsewhere say where Chrome or chromium is: --chromium FILE.`,
    )
  }
  return launch({
    executablePath,
    // It ends with this process, however that ends.
    pipe: true,
    args: [
      // Pages hold all they need; whatever else they ask for is not found.
      '--host-resolver-rules=MAP * ~NOTFOUND',
      // The same letter is drawn the same everywhere, and in grey, which makes small files.
      '--disable-lcd-text',
      '--disable-font-subpixel-positioning',
      // Its sandbox does not start for root, and the page is our own.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  })
}

/** A PNG of the whole page with its diagrams drawn. Throws what mermaid and the browser complain of. */
export async function photograph(browser: Browser, html: string): Promise<Uint8Array> {
  const page = await browser.newPage()
  try {
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    // The window is lower than any page, so that a picture ends where its page does.
    await page.setViewport({ width: WIDTH, height: 100, deviceScaleFactor: SCALE })
    await page.setContent(html)
    await page.addScriptTag({ path: MERMAID })
    complaints.unshift(...((await page.evaluate(DRAW_DIAGRAMS)) as readonly string[]))
    if (complaints.length > 0) throw new Error(complaints.join('\n'))
    return await page.screenshot({ fullPage: true })
  } finally {
    await page.close()
  }
}

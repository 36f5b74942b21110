import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { imageOf, type ImageReport } from './report.ts'

/**
 * The file that CodePipeline's ECS action reads (user guide, 'Image definitions file reference'). Its path; empty when
 * there is no image to deploy.
 */
export async function writeImageDefinitions(
  report: ImageReport,
  container: string | undefined,
  folder: string,
): Promise<string> {
  const imageUri = imageOf(report)
  if (imageUri === '') return ''
  const name = container ?? report.repository?.name.split('/').at(-1) ?? ''
  const path = join(folder, 'imagedefinitions.json')
  await writeFile(path, `${JSON.stringify([{ name, imageUri }], undefined, 2)}\n`)
  return path
}

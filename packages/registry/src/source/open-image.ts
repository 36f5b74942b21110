import { openDockerSave } from './docker-save.ts'
import { BadImage } from './bad-image.ts'
import { openFolder, openTar, type Files } from './files.ts'
import type { BuiltImage } from './image-source.ts'
import { openLayout } from './oci-layout.ts'

/**
 * Finds out what is there, and that nothing is missing. `image-tar` is a tar of an OCI layout, or what `docker save`
 * writes. Throws {@link BadImage}.
 */
export async function openImage(
  kind: 'oci-layout' | 'image-tar',
  path: string,
): Promise<BuiltImage> {
  if (kind === 'oci-layout') {
    const files = await openFolder(path)
    if (await files.find('index.json')) return openLayout(files)
    throw new BadImage(
      `${path} has no index.json: it is not an OCI layout.`,
      'Give the folder itself that the tool wrote, such as that of `buildah push … oci:FOLDER`.',
    )
  }
  return openArchive(await openTar(path))
}

/** Since docker 25 `docker save` writes both; the layout is used when its layers are compressed already. */
async function openArchive(files: Files): Promise<BuiltImage> {
  const isDocker = (await files.find('manifest.json')) !== undefined
  const isLayout = (await files.find('index.json')) !== undefined
  if (!isDocker && !isLayout) {
    throw new BadImage(
      `${files.where} has neither index.json (OCI) nor manifest.json (docker save) at its top: it is no image.`,
    )
  }
  if (!isDocker) return openLayout(files)
  if (!isLayout) return openDockerSave(files)
  const saved = await openDockerSave(files)
  return saved.isPlain ? saved : openLayout(files)
}

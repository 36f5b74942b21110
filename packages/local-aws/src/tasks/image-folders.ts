import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PulledImage } from '../services/ecr/part.ts'
import { ContainerStartError } from './driver.ts'
import type { Lifeline } from './lifeline.ts'
import { unpackImage } from './unpack.ts'

/** Unpacked images, one folder per digest, shared by all containers of that image. */
export class ImageFolders {
  private readonly lifeline: Lifeline
  private base: Promise<string> | undefined
  private commands: Promise<string> | undefined
  private readonly folders = new Map<string, Promise<string>>()

  constructor(lifeline: Lifeline) {
    this.lifeline = lifeline
  }

  /** The root file system of `image`; unpacked once. Throws {@link ContainerStartError}. */
  folder(image: PulledImage): Promise<string> {
    const known = this.folders.get(image.digest)
    if (known) return known
    const unpacking = this.unpack(image)
    this.folders.set(image.digest, unpacking)
    unpacking.catch(() => this.folders.delete(image.digest))
    return unpacking
  }

  /** A folder with the commands that come from this machine even when an image has its own: `node`. */
  hostCommands(): Promise<string> {
    this.commands ??= this.makeHostCommands()
    return this.commands
  }

  /** Removes every folder. */
  async close(): Promise<void> {
    await Promise.allSettled(this.folders.values())
    if (this.base) {
      const base = await this.base
      await rm(base, { recursive: true, force: true, maxRetries: 3 })
      this.lifeline.release(base)
    }
    this.base = undefined
    this.commands = undefined
    this.folders.clear()
  }

  private async unpack(image: PulledImage): Promise<string> {
    const folder = join(await this.baseFolder(), image.digest.replace(':', '-'))
    const partial = `${folder}.partial`
    try {
      await mkdir(partial)
      await unpackImage(image, partial)
      await rename(partial, folder)
      return folder
    } catch (error) {
      await rm(partial, { recursive: true, force: true })
      const reason = error instanceof Error ? error.message : String(error)
      // The exact words of Fargate for a broken layer are unproven.
      throw new ContainerStartError(
        `CannotPullContainerError: failed to extract layers of ${image.reference}: ${reason}`,
        { cause: error },
      )
    }
  }

  private async makeHostCommands(): Promise<string> {
    const folder = join(await this.baseFolder(), 'host-commands')
    await mkdir(folder)
    await symlink(process.execPath, join(folder, 'node'))
    return folder
  }

  private baseFolder(): Promise<string> {
    this.base ??= mkdtemp(join(tmpdir(), 'local-aws-images-')).then((base) => {
      this.lifeline.hold(base, { remove: base })
      return base
    })
    return this.base
  }
}

import {
  BadGlob,
  measureSizes,
  type LostReport,
  type SizeEvidence,
  type SizeSpec,
} from '@ecs-pipeline/quality'

/** Sizes of the policy, after the checks have built what is measured. `root` is absolute. */
export async function measureAllSizes(
  sizes: readonly SizeSpec[],
  root: string,
): Promise<{ readonly measured: readonly SizeEvidence[]; readonly lost: readonly LostReport[] }> {
  const measured: SizeEvidence[] = []
  const lost: LostReport[] = []
  for (const { name, paths, gzip } of sizes) {
    const lose = (problem: string): void => {
      lost.push({ check: '', folder: '.', kind: 'sizes', report: name, problem })
    }
    try {
      const found = await measureSizes({ folder: root, patterns: paths, gzip })
      if (found) measured.push({ name, bytes: found.bytes, largest: found.largest })
      else lose(`no file is ${paths.join(', ')}, which size.${name} is measured of`)
    } catch (error) {
      if (!(error instanceof BadGlob)) throw error
      lose(error.message.replace(/\.$/, ''))
    }
  }
  return { measured, lost }
}

/** `sha256:` and enough of it for people to tell images and layers apart. */
export const shortDigest = (digest: string): string => digest.slice(0, 'sha256:'.length + 12)

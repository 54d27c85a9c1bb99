// Prints the CIDs of directories as ipfs-unixfs-importer works them out, in both profiles.
// The one argument is the path of a JSON file: for each directory a list of [path, size] of its
// files, or [path, text]; the bytes of a size count up to 250 and begin again.
import { readFileSync } from 'node:fs'
import { MemoryBlockstore } from 'blockstore-core'
import { importer } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'

const PROFILES = {
  'kubo-v0': { cidVersion: 0, rawLeaves: false },
  'kubo-v1': { cidVersion: 1, rawLeaves: true }
}
const pattern = Uint8Array.from({ length: 251 }, (_, index) => index)

function bytes (content) {
  if (typeof content === 'string') return new TextEncoder().encode(content)
  const data = new Uint8Array(content)
  for (let start = 0; start < content; start += 251) data.set(pattern.subarray(0, content - start), start)
  return data
}

const found = {}
for (const [title, files] of Object.entries(JSON.parse(readFileSync(process.argv[2], 'utf8')))) {
  found[title] = {}
  for (const [profile, options] of Object.entries(PROFILES)) {
    const source = files.map(([path, content]) => ({ path: `root/${path}`, content: bytes(content) }))
    const cids = {}
    const settings = {
      ...options,
      wrapWithDirectory: false,
      chunker: fixedSize({ chunkSize: 262144 }),
      layout: balanced({ maxChildrenPerNode: 174 }),
      shardSplitThresholdBytes: 262144
    }
    for await (const entry of importer(source, new MemoryBlockstore(), settings)) {
      cids[entry.path] = entry.cid.toString()
    }
    found[title][profile] = cids
  }
}
console.log(JSON.stringify(found))

// Reads the CAR file at a URL, and prints its roots and the CIDs of its blocks, each checked.
import { CarReader } from '@ipld/car'
import { sha256 } from 'multiformats/hashes/sha2'

const answer = await fetch(process.argv[2])
const reader = await CarReader.fromBytes(new Uint8Array(await answer.arrayBuffer()))
const blocks = []
for await (const { cid, bytes } of reader.blocks()) {
  const { digest } = await sha256.digest(bytes)
  if (Buffer.compare(digest, cid.multihash.digest) !== 0) throw new Error(`wrong block: ${cid}`)
  blocks.push(cid.toString())
}
const roots = await reader.getRoots()
console.log(JSON.stringify({ roots: roots.map(String), blocks }))

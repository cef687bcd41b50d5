import { type CodecName, dequantise } from '../../native/formats/codecs.ts';
import { openGguf } from '../../native/formats/gguf/readGguf.ts';
import { writeGguf } from '../../native/formats/gguf/writeGguf.ts';

/** The same model with every weight in F32, as training of all weights wants it. */
export function writeAsF32(from: string, to: string): void {
  using file = openGguf(from);
  writeGguf(to, {
    metadata: [...file.header.metadata],
    tensors: file.header.tensors.map((tensor) => ({
      name: tensor.name,
      type: 'F32',
      shape: tensor.shape,
      data: () => [dequantise(tensor.type as CodecName, file.read(tensor))],
    })),
  });
}

import { writeAll, writeAside } from '../writeAside.ts';

export interface SafetensorsSource {
  readonly name: string;
  /** Outermost dimension first. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Writes F32 tensors as the reference does: by name, without gaps, the header padded with spaces so that the data begins
 * at a multiple of 8 bytes. The file is written aside and renamed. Throws FormatError `disk_full`.
 */
export function writeSafetensors(
  path: string,
  tensors: readonly SafetensorsSource[],
  metadata: Readonly<Record<string, string>> = {},
): void {
  const sorted = tensors.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const entries: [string, unknown][] = [['__metadata__', { format: 'pt', ...metadata }]];
  let offset = 0;
  for (const [i, { name, shape, data }] of sorted.entries()) {
    if (name === '__metadata__' || name === sorted[i - 1]?.name)
      throw new RangeError(`'${name}' cannot be a name here`);
    const elements = shape.reduce((product, length) => product * length, 1);
    if (elements !== data.length) throw new RangeError(`${name}: ${data.length} values for the shape ${shape}`);
    entries.push([name, { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)), 'utf8');
  const header = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ');
  json.copy(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeAside(path, (fd) => {
    writeAll(fd, length);
    writeAll(fd, header);
    for (const { data } of sorted) writeAll(fd, data);
  });
}
